// The description of a command: the source of its parser, help, manual page and completions.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sl {

struct IntegerValue {
  std::int64_t* value;
  std::int64_t minimum, maximum;
};
struct NumberValue {
  double* value;
  double minimum, maximum;
};
using OptionValue = std::variant<bool*, std::string*, IntegerValue, NumberValue, std::vector<std::string>*>;

// Which of the two stages of a command has an option (Tool::stage_if).
enum class Mode { Any, Default, Alternate };

struct OptionSpec {
  std::string name;    // "--factor"
  std::string letter;  // "-f", or empty
  OptionValue value;
  std::string what;  // "N", or choices "yes|no"; empty for a flag
  std::string help;
  std::string group;     // heading
  std::string fallback;  // the default as text
  bool hidden = false;
  Mode mode = Mode::Any;
};

struct ArgumentSpec {
  std::string name;
  std::string* value;
  std::string help;
  bool required;
  std::vector<std::string>* others = nullptr;  // takes all remaining ones, instead of `value`
  Mode mode = Mode::Any;
};

struct ToolSpec {
  std::string name, summary;
  std::vector<std::string> paragraphs;
  std::vector<std::pair<std::string, std::string>> examples;  // command, explanation
  std::vector<ArgumentSpec> arguments;
  std::vector<OptionSpec> options;
  std::string usage;                   // "[OPTIONS] FACTOR [INPUT] [-o OUTPUT]"
  std::string mode_flag;               // "--tee": the flag that chooses the alternate stage, or empty
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
