// The private options between stages.

#include "libcore/stage/handover.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "libcore/bytes/source.h"
#include "libcore/process/launch.h"
#include "libcore/stage/options.h"

namespace sl {

namespace {

struct Number {
  std::string_view name;
  std::int64_t Handover::*value;
};
constexpr std::array numbers{Number{"--parent", &Handover::parent}, Number{"--writer", &Handover::writer},
                             Number{"--remote", &Handover::remote}, Number{"--head", &Handover::head},
                             Number{"--memory", &Handover::memory}, Number{"--credits", &Handover::credits},
                             Number{"--ledger", &Handover::ledger}};
struct Flag {
  std::string_view name;
  bool Handover::*value;
};
constexpr std::array flags{Flag{"--handed-over", &Handover::input_open}, Flag{"--output-open", &Handover::output_open},
                           Flag{"--list-decoder-options", &Handover::lists_decoder_options}};

}  // namespace

void Handover::hand_over(const Source& source) {
  input_open = true;
  head = -1;
  if (source.is_remote()) remote = 0;
  if (source.is_remote() && source.can_seek()) return;  // each question to sl-fetch has its offset
  const auto taken = source.taken();
  if (source.can_seek()) {
    lseek(source.fd(), -static_cast<off_t>(taken.size()), SEEK_CUR);
  } else {
    head = inherited_memory("head", taken.data(), taken.size());
  }
}

void Handover::set_slots_inherited(bool inherited) const {
  for (const std::int64_t fd : {memory, credits}) {
    if (fd >= 0) fcntl(static_cast<int>(fd), F_SETFD, inherited ? 0 : FD_CLOEXEC);
  }
}

void Handover::close() {
  if (head >= 0) ::close(static_cast<int>(std::exchange(head, -1)));
}

std::vector<std::string> Handover::arguments() const {
  std::vector<std::string> arguments;
  for (const auto& [name, value] : numbers) {
    if (this->*value == Handover{}.*value) continue;
    arguments.insert(arguments.end(), {std::string(name), std::to_string(this->*value)});
  }
  for (const auto& [name, value] : flags) {
    if (this->*value) arguments.emplace_back(name);
  }
  return arguments;
}

void Handover::declare(std::vector<OptionSpec>& options, bool with_writer) {
  const auto add = [&](std::string_view name) -> OptionSpec& {
    OptionSpec& option = options.emplace_back();
    option.name = name;
    option.hidden = true;
    return option;
  };
  for (const auto& [name, value] : numbers) {
    if (value == &Handover::writer && !with_writer) continue;
    add(name).parse = parse_into(this->*value, 0, std::numeric_limits<std::int64_t>::max());
  }
  for (const auto& [name, value] : flags) add(name).flag = &(this->*value);
}

std::vector<std::string> without_handover(const std::vector<std::string>& arguments) {
  std::vector<std::string> others;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    const std::string_view name = std::string_view(*argument).substr(0, argument->find('='));
    const auto is_it = [&](const auto& option) { return option.name == name; };
    if (*argument == "--") {
      others.insert(others.end(), argument, arguments.end());
      break;
    }
    if (std::ranges::any_of(numbers, is_it)) {
      if (name.size() == argument->size() && ++argument == arguments.end()) break;
    } else if (std::ranges::none_of(flags, is_it)) {
      others.push_back(*argument);
    }
  }
  return others;
}

}  // namespace sl
