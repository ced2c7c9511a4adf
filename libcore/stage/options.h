// The description of a command: the source of its parser, help, manual page and completions.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sl {

// Reads the text of an option or argument into its value. Throws Error(Usage), with the `name` that it gets.
using Parse = std::function<void(std::string_view name, std::string_view text)>;
// Return the Parse of a value, which outlives it.
[[nodiscard]] Parse parse_into(std::string& value);
[[nodiscard]] Parse parse_into(std::int64_t& value, std::int64_t minimum, std::int64_t maximum);
[[nodiscard]] Parse parse_into(double& value, double minimum, double maximum);
[[nodiscard]] Parse parse_into(std::vector<std::string>& values);
// One of the words in "yes|no".
[[nodiscard]] Parse parse_choice(std::string& value, std::string_view words);

// Which of the two stages of a command has an option (Tool::stage_if).
enum class Mode { Any, Default, Alternate };

struct OptionSpec {
  std::string name;      // "--factor"
  std::string letter;    // "-f", or empty
  bool* flag = nullptr;  // of an option without a value
  Parse parse;           // of any other
  bool repeats = false;  // each text is parsed, not only the last one
  std::string what;      // "N", or choices "yes|no"; empty for a flag
  std::string help;
  std::string group;     // heading
  std::string fallback;  // the default as text
  bool hidden = false;
  Mode mode = Mode::Any;
};

struct ArgumentSpec {
  std::string name;
  Parse parse;
  std::string help;
  bool required;
  std::vector<std::string>* others = nullptr;  // takes all remaining ones, instead of `parse`
  Mode mode = Mode::Any;
  std::function<bool()> replaced{};  // whether an option stands for it, so that it is not there
};

struct ToolSpec {
  std::string name, summary;
  std::vector<std::string> paragraphs;
  std::vector<std::pair<std::string, std::string>> examples;  // command, explanation
  std::vector<ArgumentSpec> arguments;
  std::vector<OptionSpec> options;
  std::string usage;                   // "[OPTIONS] FACTOR [INPUT] [-o OUTPUT]"
  std::string mode_flag;               // "--tee": the flag that chooses the alternate stage; empty if a value does
  const bool* is_alternate = nullptr;  // its value
};

// Parse into the values. Throw Error(Usage).
void parse_options(const ToolSpec& spec, const std::vector<std::string>& arguments);

// "64M" is 64 * 2^20, "2k" 2048; "900" is 900. Throws Error(Usage, naming `option`).
[[nodiscard]] std::int64_t parse_integer(std::string_view option, std::string_view text, std::int64_t minimum,
                                         std::int64_t maximum);

// Split "photo.jpg[shrink=2, no-orient]" into name and options; values may be quoted ("..." or '...', backslash
// escapes). The options are in the last brackets before which there is "-", a URL, the name of an existing file or one
// with a suffix, or else in the last ones that hold a "="; without such brackets, and if a file of the whole name
// exists, the name has no options. Throw Usage if a quote does not close.
struct NameWithOptions {
  std::string name;
  std::vector<std::pair<std::string, std::string>> options;  // a name alone has the value "1"
};
[[nodiscard]] NameWithOptions split_options(const std::string& text);

}  // namespace sl
