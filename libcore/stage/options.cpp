// Parsing of command lines (the one file that includes CLI11) and of option strings in brackets.

#include "libcore/stage/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "libcore/base/error.h"
#include "libcore/base/url.h"

namespace sl {

namespace {

// CLI11 takes "-[shrink=2]" for a bundle of letters; it is standard input with options.
constexpr char bracket_mark = '\x01';

double parse_number(const std::string& option, const std::string& text, const NumberValue& limits) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() ||
      !(number >= limits.minimum && number <= limits.maximum)) {
    throw Error(Status::Usage, option + ": \"" + printable(text, 60) + "\" is not a number from " +
                                   CLI::detail::to_string(limits.minimum) + " to " +
                                   CLI::detail::to_string(limits.maximum));
  }
  return number;
}

void check_choice(const OptionSpec& option, const std::string& text) {
  if (option.what.find('|') == std::string::npos ||
      ("|" + option.what + "|").find("|" + text + "|") != std::string::npos)
    return;
  throw Error(Status::Usage, option.name + ": \"" + printable(text, 60) + "\" is none of " + option.what);
}

CLI::Option* bind(CLI::App& app, const OptionSpec& option) {
  const std::string names = option.letter.empty() ? option.name : option.letter + "," + option.name;
  if (bool* const* flag = std::get_if<bool*>(&option.value)) {
    return app.add_flag(names, **flag);
  }
  auto* added = app.add_option(names, [&option](const CLI::results_t& results) {
    for (const std::string& text : results) {
      check_choice(option, text);
      if (auto* const* string = std::get_if<std::string*>(&option.value)) **string = text;
      if (auto* const* list = std::get_if<std::vector<std::string>*>(&option.value)) (*list)->push_back(text);
      if (const auto* integer = std::get_if<IntegerValue>(&option.value)) {
        *integer->value = parse_integer(option.name, text, integer->minimum, integer->maximum);
      }
      if (const auto* number = std::get_if<NumberValue>(&option.value))
        *number->value = parse_number(option.name, text, *number);
    }
    return true;
  });
  added->expected(1);
  added->multi_option_policy(std::holds_alternative<std::vector<std::string>*>(option.value)
                                 ? CLI::MultiOptionPolicy::TakeAll
                                 : CLI::MultiOptionPolicy::TakeLast);
  return added;
}

}  // namespace

void parse_options(const ToolSpec& spec, const std::vector<std::string>& arguments) {
  CLI::App app;
  app.set_help_flag();
  std::vector<const CLI::Option*> options;
  for (const OptionSpec& option : spec.options) options.push_back(bind(app, option));
  std::vector<std::string> positional;
  app.add_option("arguments", positional)->expected(0, -1);
  std::vector<std::string> reversed;
  for (const std::string& argument : arguments) {
    reversed.insert(reversed.begin(), argument.starts_with("-[") ? bracket_mark + argument : argument);
  }
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    throw Error(Status::Usage, printable(error.what()));
  }
  for (std::string& argument : positional) {
    if (!argument.empty() && argument[0] == bracket_mark) argument.erase(0, 1);
  }
  const bool is_other = spec.is_other != nullptr && *spec.is_other;
  const Of missing = is_other ? Of::Usual : Of::Other;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i]->count() == 0 || spec.options[i].of != missing) continue;
    throw Error(Status::Usage, spec.options[i].name + (is_other ? " does not go with " : " goes with ") + spec.chooser);
  }
  std::size_t next = 0;
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.of == missing) continue;
    if (argument.others != nullptr) {
      argument.others->assign(positional.begin() + static_cast<std::ptrdiff_t>(next), positional.end());
      next = positional.size();
    } else if (next < positional.size()) {
      *argument.value = positional[next++];
    } else if (argument.required) {
      throw Error(Status::Usage, argument.name + " is missing");
    }
  }
  if (next < positional.size())
    throw Error(Status::Usage, "\"" + printable(positional[next], 100) + "\" is one argument too many");
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
    throw Error(Status::Usage, std::string(option) + ": \"" + printable(text, 60) + "\" is not an integer from " +
                                   std::to_string(minimum) + " to " + std::to_string(maximum));
  }
  return number;
}

NameWithOptions split_options(const std::string& text) {
  NameWithOptions result;
  // The host of a URL may be an address in brackets.
  const std::size_t open = text.find('[', is_url(text) ? text.find('/', text.find("//") + 2) : 0);
  if (open == std::string::npos || text.back() != ']' || (open != 0 && access(text.c_str(), F_OK) == 0)) {
    result.name = text;
    return result;
  }
  result.name = text.substr(0, open);
  const auto bad = [&] {
    throw Error(Status::Usage, "\"" + printable(text, 200) + "\" is not NAME[OPTION=VALUE,...]");
  };
  std::string name, value;
  bool in_value = false;
  char quote = 0;
  const auto add = [&] {
    const auto trimmed = [](std::string s) {
      while (!s.empty() && s.back() == ' ') s.pop_back();
      return s;
    };
    name = trimmed(name);
    if (name.empty() && (in_value || !result.options.empty())) bad();
    if (!name.empty()) result.options.emplace_back(name, in_value ? trimmed(value) : "1");
    name.clear();
    value.clear();
    in_value = false;
  };
  for (std::size_t i = open + 1; i + 1 < text.size(); ++i) {
    const char c = text[i];
    std::string& into = in_value ? value : name;
    if (c == '\\' && i + 2 < text.size()) {
      into += text[++i];
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        into += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ',') {
      add();
    } else if (c == '=' && !in_value) {
      in_value = true;
    } else if (c != ' ' || !into.empty()) {
      into += c;
    }
  }
  if (quote != 0) bad();
  if (!name.empty() || in_value) add();
  return result;
}

}  // namespace sl
