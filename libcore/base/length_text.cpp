// Numbers with a unit become numbers without.

#include "libcore/base/length_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "libcore/base/parse.h"

namespace sl {

namespace {

constexpr std::array<std::pair<std::string_view, double>, 3> units{{{"mm", 1}, {"cm", 10}, {"in", 25.4}}};

// The millimetres of the unit that a text begins with; 0 if it has none.
double unit_of(std::string_view text) {
  const auto* found = std::ranges::find_if(units, [&](const auto& unit) { return text.starts_with(unit.first); });
  return found == units.end() ? 0 : found->second;
}

constexpr std::string_view digits = "0123456789.";

}  // namespace

bool has_lengths(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (digits.find(text[i - 1]) != std::string_view::npos && unit_of(text.substr(i)) != 0) return true;
  }
  return false;
}

std::string lengths_in_pixels(std::string_view text, const PixelsPerMm& density) {
  std::string result;
  bool column = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(digits, i), text.size());
    const double unit = end > i ? unit_of(text.substr(end)) : 0;
    const auto length = to_number<double>(text.substr(i, end - i));
    if (unit != 0 && length) {
      const double pixels = std::round(*length * unit * (column ? density.y : density.x));
      result += std::to_string(static_cast<long long>(std::clamp(pixels, *length > 0 ? 1.0 : 0.0, 4e9)));
      i = end + 2;
    } else if (end > i) {
      result += text.substr(i, end - i);
      i = end;
    } else {
      if (std::string_view("x:+-").find(text[i]) != std::string_view::npos) column = !column;
      result += text[i++];
    }
  }
  return result;
}

std::string lengths_in_pixels(std::string_view text, const std::optional<PixelsPerMm>& density) {
  if (density) return lengths_in_pixels(text, *density);
  throw Error(Status::Usage,
              "\"" + printable(text, 60) + "\": the picture says no density: set one, as by sl-convert --density 300");
}

}  // namespace sl
