// One description in six forms.

#include "libcore/stage/help.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/report.h"

namespace sl {

namespace {

constexpr std::size_t columns = 100;

std::string value_of(const OptionSpec& option) { return option.what.empty() ? "" : " " + option.what; }

// Text before the help of an option or argument that only the alternate stage has.
std::string condition(const ToolSpec& spec, Mode mode) {
  return mode == Mode::Alternate && !spec.mode_flag.empty() ? "with " + spec.mode_flag + ": " : "";
}

std::string help_of(const ToolSpec& spec, const OptionSpec& option) {
  return condition(spec, option.mode) + option.help +
         (option.fallback.empty() ? "" : " (default " + option.fallback + ")");
}

// Break `text` into lines of at most `columns`; indent all but the first.
std::string wrap(const std::string& text, std::size_t indent, std::size_t at) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (at + end - begin > columns && at > indent) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
    } else if (!out.empty()) {
      out += ' ';
      ++at;
    }
    out += text.substr(begin, end - begin);
    at += end - begin;
    begin = end + 1;
  }
  return out;
}

// Break a list of choices behind a "|", so that lines have at most `columns`; indent all but the first.
std::string wrap_choices(const std::string& text, std::size_t indent) {
  std::string out = text;
  std::size_t begin = 0;
  while (out.size() - begin > columns) {
    const std::size_t bar = out.rfind('|', begin + columns - 1);
    if (bar == std::string::npos || bar <= begin + indent) break;
    out.insert(bar + 1, "\n" + std::string(indent, ' '));
    begin = bar + 2;
  }
  return out;
}

std::string row(const std::string& left, const std::string& right, std::size_t width) {
  std::string out = wrap_choices("  " + left, width);
  if (out.size() + 2 > width) {
    out += "\n" + std::string(width, ' ');
  } else {
    out += std::string(width - out.size(), ' ');
  }
  return out + wrap(right, width, width) + "\n";
}

// Headings in the order they first come.
std::vector<std::string> groups(const ToolSpec& spec) {
  std::vector<std::string> names;
  for (const OptionSpec& option : spec.options) {
    if (!option.hidden && std::ranges::find(names, option.group) == names.end()) names.push_back(option.group);
  }
  return names;
}

std::string usage(const ToolSpec& spec) { return spec.name + " " + spec.usage; }

std::string short_help(const ToolSpec& spec) {
  std::string out = spec.name + ": " + spec.summary + "\n";
  for (const auto& [command, what] : spec.examples) out += "  " + command + "\n";
  return out + "Usage: " + usage(spec) + "\n" + spec.name + " --help prints more.\n";
}

std::string text_help(const ToolSpec& spec) {
  constexpr std::size_t width = 28;
  std::string out = spec.name + ": " + spec.summary + "\n\nExamples:\n";
  for (const auto& [command, what] : spec.examples) {
    out += "  " + command + "\n";
    if (!what.empty()) out += "      " + wrap(what, 6, 6) + "\n";
  }
  out += "\nUsage: " + usage(spec) + "\n";
  for (const std::string& paragraph : spec.paragraphs) out += "\n" + wrap(paragraph, 0, 0) + "\n";
  if (!spec.arguments.empty()) out += "\nArguments:\n";
  for (const ArgumentSpec& argument : spec.arguments)
    out += row(argument.name, condition(spec, argument.mode) + argument.help, width);
  for (const std::string& group : groups(spec)) {
    out += "\n" + group + ":\n";
    for (const OptionSpec& option : spec.options) {
      if (option.hidden || option.group != group) continue;
      out += row((option.letter.empty() ? "    " : option.letter + ", ") + option.name + value_of(option),
                 help_of(spec, option), width);
    }
  }
  return out;
}

std::string json_help(const ToolSpec& spec) {
  Json json{{"name", spec.name}, {"summary", spec.summary}, {"version", version()}, {"usage", usage(spec)}};
  json["description"] = spec.paragraphs;
  json["examples"] = Json::array();
  for (const auto& [command, what] : spec.examples) json["examples"].push_back({{"command", command}, {"what", what}});
  json["arguments"] = Json::array();
  for (const ArgumentSpec& argument : spec.arguments) {
    json["arguments"].push_back({{"name", argument.name},
                                 {"help", condition(spec, argument.mode) + argument.help},
                                 {"required", argument.required}});
  }
  json["options"] = Json::array();
  for (const OptionSpec& option : spec.options) {
    if (option.hidden) continue;
    Json entry{{"name", option.name}, {"help", condition(spec, option.mode) + option.help}, {"group", option.group}};
    if (!option.letter.empty()) entry["letter"] = option.letter;
    if (!option.what.empty()) entry["value"] = option.what;
    if (!option.fallback.empty()) entry["default"] = option.fallback;
    json["options"].push_back(entry);
  }
  return json.dump(2) + "\n";
}

// Escape text for roff: backslashes, dashes, and a control character that begins a line.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string man_page(const ToolSpec& spec) {
  std::string upper = spec.name;
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string out = ".TH " + roff(upper) + " 1 \"\" \"streamlib " + std::string(version()) + "\" \"streamlib\"\n";
  out += ".SH NAME\n" + roff(spec.name) + " \\- " + roff(spec.summary) + "\n";
  out += ".SH SYNOPSIS\n.B " + roff(spec.name) + "\n" + roff(spec.usage) + "\n.SH DESCRIPTION\n";
  out += roff(spec.summary) + "\n";
  for (const std::string& paragraph : spec.paragraphs) out += ".PP\n" + roff(paragraph) + "\n";
  for (const ArgumentSpec& argument : spec.arguments) {
    out += ".TP\n.I " + roff(argument.name) + "\n" + roff(condition(spec, argument.mode) + argument.help) + "\n";
  }
  for (const std::string& group : groups(spec)) {
    out += ".SH \"" + roff(group) + "\"\n";
    for (const OptionSpec& option : spec.options) {
      if (option.hidden || option.group != group) continue;
      out += ".TP\n\\fB" + roff(option.name) + "\\fR" +
             (option.letter.empty() ? "" : ", \\fB" + roff(option.letter) + "\\fR");
      out +=
          (option.what.empty() ? "" : " \\fI" + roff(option.what) + "\\fR") + "\n" + roff(help_of(spec, option)) + "\n";
    }
  }
  out += ".SH EXAMPLES\n";
  for (const auto& [command, what] : spec.examples) {
    out += (&command == &spec.examples.front().first ? "" : ".PP\n") + std::string(".nf\n") + roff(command) +
           "\n.fi\n" + (what.empty() ? "" : roff(what) + "\n");
  }
  out +=
      ".SH EXIT STATUS\n0 done; 64 usage; 65 bad or truncated data; 66 no such input; 69 a service is unavailable; "
      "70 a bug; 71 no process, memory or descriptor left; 72 a part of the installation is missing; 73 the output "
      "cannot be created; 74 reading or writing failed; 76 not the wire of streamlib; 77 not permitted; 78 over a "
      "limit; 79 the failure is upstream.\n";
  return out;
}

std::vector<std::string> choices(const OptionSpec& option) {
  std::vector<std::string> words;
  if (option.what.find('|') == std::string::npos) return words;
  for (std::size_t begin = 0; begin <= option.what.size();) {
    const std::size_t end = std::min(option.what.find('|', begin), option.what.size());
    words.push_back(option.what.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string bash_completion(const ToolSpec& spec) {
  std::string function = "_" + spec.name;
  std::ranges::replace(function, '-', '_');
  std::string names = "--help --version";
  std::string cases;
  for (const OptionSpec& option : spec.options) {
    if (option.hidden) continue;
    names += " " + option.name;
    const auto words = choices(option);
    if (words.empty()) continue;
    cases += "    " + option.name + (option.letter.empty() ? "" : "|" + option.letter) +
             ") COMPREPLY=($(compgen -W \"" + joined(words) + "\" -- \"$word\")); return ;;\n";
  }
  return "# bash completion of " + spec.name + "\n" + function +
         "() {\n  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n" +
         (cases.empty() ? "" : "  case $before in\n" + cases + "  esac\n") +
         "  if [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W \"" + names + "\" -- \"$word\"))\n  else\n" +
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\ncomplete -o filenames -F " + function + " " + spec.name +
         "\n";
}

// Quote for a single-quoted string of the shell.
std::string shell(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4) text.replace(at, 1, "'\\''");
  return text;
}

std::string zsh_completion(const ToolSpec& spec) {
  std::string out =
      "#compdef " + spec.name + "\n_arguments \\\n  '--help[show help]' \\\n  '--version[show the version]' \\\n";
  const auto escaped = [](std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("[]:", at)) != std::string::npos; at += 2) text.insert(at, "\\");
    return shell(text);
  };
  for (const OptionSpec& option : spec.options) {
    if (option.hidden) continue;
    const auto words = choices(option);
    const bool is_file = option.what == "FILE" || option.what == "OUTPUT";
    const std::string value = option.what.empty() ? ""
                              : words.empty()     ? ":" + escaped(option.what) + (is_file ? ":_files" : ": ")
                                                  : ":value:(" + joined(words) + ")";
    const std::string names = option.letter.empty() ? "'" + option.name
                                                    : "'(" + option.letter + " " + option.name + ")'{" + option.letter +
                                                          "," + option.name + "}'";
    out += "  " + names + "[" + escaped(option.help) + "]" + value + "' \\\n";
  }
  return out + "  '*:file:_files'\n";
}

std::string fish_completion(const ToolSpec& spec) {
  std::string out = "# fish completion of " + spec.name + "\ncomplete -c " + spec.name +
                    " -l help -d 'show help'\ncomplete -c " + spec.name + " -l version -d 'show the version'\n";
  for (const OptionSpec& option : spec.options) {
    if (option.hidden) continue;
    const auto words = choices(option);
    out += "complete -c " + spec.name + " -l " + option.name.substr(2) +
           (option.letter.empty() ? "" : " -s " + option.letter.substr(1)) +
           (option.what.empty() ? ""
            : words.empty()     ? " -r"
                                : " -x -a '" + joined(words) + "'") +
           " -d '" + shell(option.help) + "'\n";
  }
  return out;
}

}  // namespace

std::string help(const ToolSpec& spec, const std::string& form) {
  if (form.empty()) return text_help(spec);
  if (form == "short") return short_help(spec);
  if (form == "json") return json_help(spec);
  if (form == "man") return man_page(spec);
  if (form == "bash") return bash_completion(spec);
  if (form == "zsh") return zsh_completion(spec);
  if (form == "fish") return fish_completion(spec);
  throw Error(Status::Usage, "--help=" + printable(form, 40) + ": json, man, bash, zsh and fish are known");
}

}  // namespace sl
