// Names and their values.

#include "variables.h"

#include <algorithm>
#include <cctype>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::drawing {

namespace {

constexpr std::size_t most_variables = 1000;

bool is_name(std::string_view text) {
  const auto letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::ranges::all_of(text, letter);
}

}  // namespace

void Variables::set(std::string_view option, std::string_view text) {
  const auto equals = text.find('=');
  const std::string name(text.substr(0, equals));
  if (equals == std::string_view::npos || !is_name(name)) bad_value(option, text, "is not name=value");
  for (const std::string_view own : {"time", "frame_number", "width", "height", "pts", "wall_time", "capture_time",
                                     "source_id", "metadata", "detections", "level"}) {
    if (name == own) bad_value(option, text, "sets a member of ctx that the frame has");
  }
  if (values_.size() >= most_variables && !values_.contains(name)) bad_value(option, text, "is the 1001st variable");
  values_[name] = text.substr(equals + 1);
  ++version_;
}

}  // namespace sl::drawing
