// One pass over the characters, then the two ends are taken off.

#include "tools/batch/command_line.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::batch {

namespace {

[[noreturn]] void bad(std::string_view text, const std::string& what) { bad_value("COMMAND", text, what); }

// Return the words of each stage.
std::vector<Words> cut(std::string_view text) {
  std::vector<Words> stages(1);
  bool in_word = false;
  const auto add = [&](char c) {
    if (!in_word) stages.back().emplace_back();
    in_word = true;
    stages.back().back() += c;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'' || c == '"') {
      if (!in_word) stages.back().emplace_back();
      in_word = true;
      for (++i; i < text.size() && text[i] != c; ++i) {
        const bool escapes = c == '"' && text[i] == '\\' && i + 1 < text.size();
        stages.back().back() += text[escapes ? ++i : i];
      }
      if (i == text.size()) bad(text, std::string("has a ") + c + " without its partner");
    } else if (c == '\\' && i + 1 < text.size()) {
      add(text[++i]);
    } else if (c == ' ' || c == '\t' || c == '\n') {
      in_word = false;
    } else if (c == '|') {
      in_word = false;
      stages.emplace_back();
    } else if (std::string_view("&;$`()").find(c) != std::string_view::npos) {
      bad(text, std::string("has a ") + c + ": a batch starts stages joined by | and nothing else; quotes keep it");
    } else {
      add(c);
    }
  }
  return stages;
}

}  // namespace

CommandLine parse_command_line(std::string_view text) {
  CommandLine line;
  line.stages = cut(text);
  for (const Words& words : line.stages) {
    if (words.empty()) bad(text, "lacks a stage; sl-encode alone changes the format");
    if (!words[0].starts_with("sl-") || words[0].find('/') != std::string::npos || words[0] == "sl-batch") {
      bad(words[0], "is no stage of streamlib: a batch starts those and nothing else");
    }
  }
  if (!line.stages.empty() && line.stages.front()[0] == "sl-decode") {
    line.decoder.assign(line.stages.front().begin() + 1, line.stages.front().end());
    line.stages.erase(line.stages.begin());
  }
  if (!line.stages.empty() && line.stages.back()[0] == "sl-encode") {
    line.encoder.assign(line.stages.back().begin() + 1, line.stages.back().end());
    line.stages.pop_back();
  }
  return line;
}

}  // namespace sl::batch
