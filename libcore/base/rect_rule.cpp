// Parsing and placing rectangles.

#include "libcore/base/rect_rule.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

// "12", "12.5%": without a sign. Pixels are whole.
std::optional<Length> read_length(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  if (is_percent) text.remove_suffix(1);
  const std::string_view digits = is_percent ? "0123456789." : "0123456789";
  if (text.empty() || text.size() > 12 || text.find_first_not_of(digits) != std::string_view::npos) return {};
  const auto number = to_number<double>(text);
  if (!number || *number > wire_limit::number) return {};
  return Length{*number, is_percent};
}

// "+10" or "-10%", up to the next sign, which stays in `text`.
std::optional<Length> take_offset(std::string_view& text) {
  if (!text.starts_with('+') && !text.starts_with('-')) return {};
  const std::size_t end = std::min(text.find_first_of("+-", 1), text.size());
  auto length = read_length(text.substr(1, end - 1));
  if (length && text.starts_with('-')) length->value = -length->value;
  text.remove_prefix(end);
  return length;
}

std::uint32_t side(const Length& length, std::uint32_t whole) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(length.of(whole), 1, wire_limit::number));
}

// `column` is that of a gravity: 0, 1, 2.
std::int64_t placed(int column, std::uint32_t outer, std::uint32_t inner, std::int64_t offset) {
  const std::int64_t space = std::int64_t{outer} - inner;
  if (column == 0) return offset;
  if (column == 2) return space - offset;
  return (space >= 0 ? space / 2 : -((1 - space) / 2)) + offset;
}

}  // namespace

std::int64_t Length::of(std::uint32_t whole) const { return std::llround(is_percent ? value * whole / 100 : value); }

std::optional<Rect> part_inside(const Rect& rect, const Size& picture) {
  const std::int64_t left = std::max<std::int64_t>(rect.x, 0), top = std::max<std::int64_t>(rect.y, 0);
  const std::int64_t right = std::min<std::int64_t>(rect.x + rect.width, picture.width);
  const std::int64_t bottom = std::min<std::int64_t>(rect.y + rect.height, picture.height);
  if (left >= right || top >= bottom) return {};
  return Rect{left, top, static_cast<std::uint32_t>(right - left), static_cast<std::uint32_t>(bottom - top)};
}

RectRule::RectRule(std::string_view option, std::string_view text) : text_(text) {
  if (parse(lengths_in_pixels(text, PixelsPerMm{10, 10}))) return;
  bad_value(option, text, "is no rectangle like 640x480+10+20, 640x480, 50%, 16:9 or 640:480:10:20");
}

bool RectRule::parse(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_colons(text);
  const std::size_t offsets = std::min(text.find_first_of("+-"), text.size());
  const std::string_view size = text.substr(0, offsets);
  const std::size_t cross = size.find('x');
  if (cross == std::string_view::npos) {
    const auto both = read_length(size);
    if (!both || !both->is_percent || both->value == 0) return false;
    width_ = height_ = *both;
  } else {
    const std::string_view width = size.substr(0, cross), height = size.substr(cross + 1);
    if (width.empty() && height.empty()) return false;
    const auto read = [](std::string_view side, Length& length) {
      if (side.empty()) return true;  // all of it
      const auto read = read_length(side);
      length = read.value_or(Length{});
      return length.value > 0;
    };
    if (!read(width, width_) || !read(height, height_)) return false;
  }
  text.remove_prefix(offsets);
  if (text.empty()) return true;
  has_offset_ = true;
  const auto x = take_offset(text), y = take_offset(text);
  x_ = x.value_or(Length{});
  y_ = y.value_or(Length{});
  return x && y && text.empty();
}

// "16:9", or "640:480:10:20".
bool RectRule::parse_colons(std::string_view text) {
  std::array<std::uint32_t, 4> numbers{};
  std::size_t count = 0;
  for (;; ++count) {
    const std::size_t colon = text.find(':');
    const auto number = to_number<std::uint32_t>(text.substr(0, colon));
    if (count == numbers.size() || !number || *number > wire_limit::number) return false;
    numbers[count] = *number;
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
  }
  if ((count != 1 && count != 3) || numbers[0] == 0 || numbers[1] == 0) return false;
  if (count == 1) {
    aspect_x_ = numbers[0];
    aspect_y_ = numbers[1];
    return true;
  }
  has_offset_ = true;
  width_ = {static_cast<double>(numbers[0])};
  height_ = {static_cast<double>(numbers[1])};
  x_ = {static_cast<double>(numbers[2])};
  y_ = {static_cast<double>(numbers[3])};
  return true;
}

// With proportions: as large as fits inside of the picture, or as small as holds it.
Size RectRule::sides(const Size& picture, bool inside) const {
  if (aspect_x_ == 0) return {side(width_, picture.width), side(height_, picture.height)};
  const std::uint64_t wide = std::uint64_t{picture.height} * aspect_x_, high = std::uint64_t{picture.width} * aspect_y_;
  const auto rounded = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>((a + b / 2) / b, 1, wire_limit::number));
  };
  Size size = picture;
  const auto limit = [inside](std::uint32_t length, std::uint32_t whole) {
    return inside ? std::min(length, whole) : std::max(length, whole);
  };
  if ((high >= wide) == inside) {
    size.width = limit(rounded(wide, aspect_y_), picture.width);
  } else {
    size.height = limit(rounded(high, aspect_x_), picture.height);
  }
  return size;
}

Gravity RectRule::place(std::optional<Gravity> gravity) const {
  return gravity.value_or(has_offset_ ? Gravity::NorthWest : Gravity::Center);
}

Rect RectRule::in(const Size& picture, std::optional<Gravity> gravity) const {
  const auto [width, height] = sides(picture, true);
  return {placed(column_of(place(gravity)), picture.width, width, x_.of(picture.width)),
          placed(row_of(place(gravity)), picture.height, height, y_.of(picture.height)), width, height};
}

Rect RectRule::around(const Size& picture, std::optional<Gravity> gravity) const {
  const auto [width, height] = sides(picture, false);
  return {placed(column_of(place(gravity)), width, picture.width, x_.of(width)),
          placed(row_of(place(gravity)), height, picture.height, y_.of(height)), width, height};
}

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
