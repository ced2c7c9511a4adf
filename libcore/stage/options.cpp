// Parsing of command lines (the one file that includes CLI11) and of option strings in brackets.

#include "libcore/stage/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/url.h"

namespace sl {

namespace {

// CLI11 takes "-[shrink=2]", standard input with options, for a bundle of letters, and "[1]", a name, for a list.
constexpr char bracket_mark = '\x01';
std::string marked(const std::string& argument) {
  return argument.starts_with('[') || argument.starts_with("-[") ? bracket_mark + argument : argument;
}
std::string unmarked(const std::string& argument) {
  return argument.starts_with(bracket_mark) ? argument.substr(1) : argument;
}

Error empty_value(const std::string& option) { return {Status::Usage, printable(option, 60) + ": its value is empty"}; }

CLI::Option* bind(CLI::App& app, const OptionSpec& option) {
  const std::string names = option.letter.empty() ? option.name : option.letter + "," + option.name;
  if (option.flag != nullptr) return app.add_flag(names, *option.flag);
  auto* added = app.add_option(names, [&option](const CLI::results_t& results) {
    for (const std::string& result : results) {
      const std::string text = unmarked(result);
      if (text.empty()) throw empty_value(option.name);
      option.parse(option.name, text);
    }
    return true;
  });
  added->expected(1);
  added->multi_option_policy(option.repeats ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
  return added;
}

// Return whether an argument may be this option, alone, with a value or among other letters. CLI11 compares each option
// that is added to all others, which costs more than all else of a short run.
bool may_be_given(const OptionSpec& option, const std::vector<std::string>& arguments) {
  return std::ranges::any_of(arguments, [&](std::string_view argument) {
    if (!argument.starts_with("--"))
      return argument.starts_with('-') && !option.letter.empty() && argument.find(option.letter[1]) != argument.npos;
    return argument.substr(0, argument.find('=')) == option.name;
  });
}

// Bind the options, parse, and return the positional arguments; `counts` becomes how often each option was given.
std::vector<std::string> parse(const ToolSpec& spec, const std::vector<std::string>& arguments,
                               std::vector<std::size_t>& counts) {
  CLI::App app;
  app.set_help_flag();
  std::vector<const CLI::Option*> options;
  for (const OptionSpec& option : spec.options)
    options.push_back(may_be_given(option, arguments) ? bind(app, option) : nullptr);
  std::vector<std::string> positional;
  app.add_option("arguments", positional)->expected(0, -1);
  std::vector<std::string> reversed;
  bool has_options = true;
  for (const std::string& argument : arguments) {
    has_options = has_options && argument != "--";
    // CLI11 would take the next argument for the value.
    if (has_options && argument.starts_with("--") && argument.find('=') + 1 == argument.size())
      throw empty_value(argument);
    reversed.insert(reversed.begin(), marked(argument));
  }
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    throw Error(Status::Usage, printable(error.what()));
  }
  for (std::string& argument : positional) argument = unmarked(argument);
  for (const CLI::Option* option : options) counts.push_back(option == nullptr ? 0 : option->count());
  return positional;
}

Error empty_argument(const std::string& name) {
  return {Status::Usage, name.starts_with("INPUT") ? "INPUT is empty; - is standard input" : name + " is empty"};
}

void assign(const ToolSpec& spec, Mode missing, const std::vector<std::string>& positional) {
  std::span<const std::string> left = positional;
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.mode == missing || (argument.replaced && argument.replaced())) continue;
    const auto values = left.first(argument.others == nullptr ? std::min<std::size_t>(left.size(), 1) : left.size());
    left = left.subspan(values.size());
    if (std::ranges::find(values, "") != values.end()) throw empty_argument(argument.name);
    if (argument.others != nullptr) {
      argument.others->assign(values.begin(), values.end());
    } else if (!values.empty()) {
      argument.parse(argument.name, values[0]);
    } else if (argument.required) {
      throw Error(Status::Usage, argument.name + " is missing");
    }
  }
  if (!left.empty()) throw Error(Status::Usage, printable(left[0], 100) + " is one argument too many");
}

}  // namespace

void parse_options(const ToolSpec& spec, const std::vector<std::string>& arguments) {
  std::vector<std::size_t> counts;
  const std::vector<std::string> positional = parse(spec, arguments, counts);
  const bool is_alternate = spec.is_alternate != nullptr && *spec.is_alternate;
  const Mode missing = is_alternate ? Mode::Default : Mode::Alternate;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0 || spec.options[i].mode != missing) continue;
    const std::string& name = spec.options[i].name;
    if (spec.mode_flag.empty())  // a value chose the stage
      throw Error(Status::Usage,
                  name + (is_alternate ? " is for an input, and none is read" : " goes without an input"));
    throw Error(Status::Usage, name + (is_alternate ? " does not go with " : " goes with ") + spec.mode_flag);
  }
  assign(spec, missing, positional);
}

Parse parse_into(std::string& value) {
  return [&value](std::string_view, std::string_view text) { value = text; };
}

Parse parse_into(std::int64_t& value, std::int64_t minimum, std::int64_t maximum) {
  return [&value, minimum, maximum](std::string_view name, std::string_view text) {
    value = parse_integer(name, text, minimum, maximum);
  };
}

Parse parse_into(double& value, double minimum, double maximum) {
  return [&value, minimum, maximum](std::string_view name, std::string_view text) {
    const auto number = to_number<double>(text);
    if (!number || !(*number >= minimum && *number <= maximum)) {
      bad_value(name, text,
                "is not a number from " + CLI::detail::to_string(minimum) + " to " + CLI::detail::to_string(maximum));
    }
    value = *number;
  };
}

Parse parse_into(std::vector<std::string>& values) {
  return [&values](std::string_view, std::string_view text) { values.emplace_back(text); };
}

Parse parse_choice(std::string& value, std::string_view words) {
  return [&value, list = std::string(words)](std::string_view name, std::string_view text) {
    const bool is_one_word = text.find('|') == std::string_view::npos;
    if (!is_one_word || ("|" + list + "|").find("|" + std::string(text) + "|") == std::string::npos) {
      bad_value(name, text, "is not one of " + list);
    }
    value = text;
  };
}

std::int64_t parse_integer(std::string_view option, std::string_view text, std::int64_t minimum, std::int64_t maximum) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::string_view suffixes = "kmgt";
  bool good = error == std::errc() && suffix.size() <= 1;
  if (good && !suffix.empty()) {
    const std::size_t power = suffixes.find(static_cast<char>(std::tolower(static_cast<unsigned char>(suffix[0]))));
    good = power != std::string_view::npos &&
           !__builtin_mul_overflow(number, std::int64_t{1} << (10 * (power + 1)), &number);
  }
  if (!good || number < minimum || number > maximum) {
    bad_value(option, text, "is not an integer from " + std::to_string(minimum) + " to " + std::to_string(maximum));
  }
  return number;
}

namespace {

// The text between the brackets of NAME[OPTION=VALUE,...].
class BracketParser {
 public:
  // Return false if a quote does not close, or an option has no name.
  [[nodiscard]] bool parse(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool escaped = text[i] == '\\' && i + 1 < text.size();
      if (escaped) {
        current() += text[++i];
      } else if (quote_ != 0) {
        if (text[i] == quote_) {
          quote_ = 0;
        } else {
          current() += text[i];
        }
      } else if (!take_unquoted(text[i])) {
        return false;
      }
    }
    if (quote_ != 0) return false;
    return (name_.empty() && !in_value_) || add();
  }
  std::vector<std::pair<std::string, std::string>> options;

 private:
  std::string& current() { return in_value_ ? value_ : name_; }

  bool take_unquoted(char c) {
    if (c == ',') return add();
    if (c == '"' || c == '\'') {
      quote_ = c;
    } else if (c == '=' && !in_value_) {
      in_value_ = true;
    } else if (c != ' ' || !current().empty()) {
      current() += c;
    }
    return true;
  }

  bool add() {
    const auto trimmed = [](std::string text) {
      while (!text.empty() && text.back() == ' ') text.pop_back();
      return text;
    };
    const std::string name = trimmed(std::exchange(name_, {})), value = trimmed(std::exchange(value_, {}));
    const bool has_value = std::exchange(in_value_, false);
    if (name.empty()) return !has_value && options.empty();
    options.emplace_back(name, has_value ? value : "1");
    return true;
  }

  std::string name_, value_;
  bool in_value_ = false;
  char quote_ = 0;
};

// Return whether options may follow a name: of standard input, a URL, an existing file, or a name with a suffix.
bool may_have_options(const std::string& name) {
  if (name.empty() || name == "-" || is_url(name) || access(name.c_str(), F_OK) == 0) return true;
  const std::size_t dot = name.find_last_of("./");
  return dot != std::string::npos && name[dot] == '.' && dot + 1 != name.size() &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dot) + 1, name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0; });
}

}  // namespace

NameWithOptions split_options(const std::string& text) {
  if (!text.ends_with(']') || access(text.c_str(), F_OK) == 0) return {text, {}};
  // The host of a URL may be an address in brackets.
  const std::size_t least = is_url(text) ? text.find('/', text.find("//") + 2) : 0;
  std::optional<NameWithOptions> of_any_name;
  bool is_broken = false;
  // From the last bracket on: brackets may stand in the name, and in quotes among the options.
  for (std::size_t open = text.rfind('['); open != std::string::npos && open >= least;
       open = text.rfind('[', open - 1)) {
    const std::string name = text.substr(0, open), inside = text.substr(open + 1, text.size() - open - 2);
    const bool may = may_have_options(name);
    BracketParser parser;
    const bool parsed = parser.parse(inside);
    if (parsed && may) return {name, std::move(parser.options)};
    if (parsed && !of_any_name && inside.find('=') != std::string::npos)
      of_any_name = {name, std::move(parser.options)};
    is_broken = is_broken || (may && !parsed);
    if (open == 0) break;
  }
  if (of_any_name) return *of_any_name;
  if (!is_broken) return {text, {}};
  throw Error(Status::Usage, "\"" + printable(text, 200) + "\" is not NAME[OPTION=VALUE,...]");
}

}  // namespace sl
