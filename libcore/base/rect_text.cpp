// Four whole numbers.

#include "libcore/base/rect_text.h"

#include <algorithm>
#include <array>

#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

Rect parse_rect(std::string_view option, std::string_view text) {
  constexpr std::string_view rule = "is not X,Y,WIDTH,HEIGHT, four whole numbers of pixels";
  std::array<std::int64_t, 4> numbers{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool is_last = i + 1 == numbers.size();
    const std::size_t end = is_last ? rest.size() : std::min(rest.find(','), rest.size());
    const auto number = to_number<std::int64_t>(rest.substr(0, end));
    if (!number || *number < (i < 2 ? 0 : 1) || *number > wire_limit::number) bad_value(option, text, rule);
    numbers[i] = *number;
    if (!is_last && end == rest.size()) bad_value(option, text, rule);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {numbers[0], numbers[1], static_cast<std::uint32_t>(numbers[2]), static_cast<std::uint32_t>(numbers[3])};
}

}  // namespace sl
