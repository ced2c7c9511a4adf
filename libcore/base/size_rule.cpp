// Parsing and applying rules of sizes.

#include "libcore/base/size_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

// A decimal number without sign or exponent, above 0.
std::optional<double> positive(std::string_view text) {
  if (text.empty() || text.size() > 12 || text.find_first_not_of("0123456789.") != std::string_view::npos) return {};
  const auto number = to_number<double>(text);
  return number && *number > 0 ? number : std::nullopt;
}

// 1 to wire_limit::number, or nothing.
std::optional<std::int64_t> side(std::string_view text) {
  const auto number = to_number<std::int64_t>(text);
  return number && *number >= 1 && *number <= wire_limit::number ? number : std::nullopt;
}

std::uint32_t clamped(double length) {
  const double most = wire_limit::number;
  return static_cast<std::uint32_t>(std::clamp(std::floor(length + 0.5), 1.0, most));
}

// a * b / c to the nearest multiple of `step`, halves up.
std::uint32_t scaled(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t step = 1) {
  __extension__ using Wide = __int128;
  const Wide whole = Wide{c} * step, result = (Wide{2} * a * b + whole) / (2 * whole) * step;
  return static_cast<std::uint32_t>(std::clamp(result, Wide{step}, Wide{wire_limit::number} / step * step));
}

// As large as fits inside the box; or if it `covers`, as small as covers it. A side of 0 follows the other one.
Size fitted(const Size& from, std::int64_t width, std::int64_t height, bool covers) {
  const bool by_width = height == 0 || (width != 0 && (width * from.height <= height * from.width) != covers);
  if (by_width) return {static_cast<std::uint32_t>(width), scaled(from.height, width, from.width)};
  return {scaled(from.width, height, from.height), static_cast<std::uint32_t>(height)};
}

}  // namespace

SizeRule::SizeRule(std::string_view option, std::string_view text) : text_(text) {
  if (parse(lengths_in_pixels(text, PixelsPerMm{10, 10}))) return;
  bad_value(option, text, "is no size like 1280x720, 640x, x200, 50%, 1000@, 0.5, 640:480 or 640:-2, with > < ! or ^");
}

bool SizeRule::take_flags(std::string_view& text) {
  while (!text.empty()) {
    bool* const flag = text.back() == '>'   ? &only_smaller_
                       : text.back() == '<' ? &only_larger_
                       : text.back() == '!' ? &exact_
                       : text.back() == '^' ? &covers_
                                            : nullptr;
    if (flag == nullptr) break;
    *flag = true;
    text.remove_suffix(1);
  }
  return !(only_smaller_ && only_larger_) && !(exact_ && covers_);
}

bool SizeRule::parse(std::string_view text) {
  if (!take_flags(text)) return false;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) return parse_colon(text.substr(0, colon), text.substr(colon + 1));
  const bool proportional = !exact_ && !covers_;
  if (text.ends_with('@')) {
    kind_ = Kind::Area;
    area_ = positive(text.substr(0, text.size() - 1)).value_or(0);
    return area_ >= 1 && proportional;
  }
  if (text.find('%') != std::string_view::npos) return parse_percent(text) && proportional;
  if (text.find('.') == std::string_view::npos) return parse_box(text);
  const auto factor = positive(text);
  factor_x_ = factor_y_ = factor.value_or(1);
  return factor && proportional;
}

// "50%", "50%x25%", "50x25%".
bool SizeRule::parse_percent(std::string_view text) {
  if (!text.ends_with('%')) return false;
  text.remove_suffix(1);
  const std::size_t cross = text.find('x');
  std::string_view first = text.substr(0, cross);
  if (cross != std::string_view::npos && first.ends_with('%')) first.remove_suffix(1);
  const auto x = positive(first), y = cross == std::string_view::npos ? x : positive(text.substr(cross + 1));
  factor_x_ = x.value_or(0) / 100;
  factor_y_ = y.value_or(0) / 100;
  return x && y;
}

// "640x480", "640x", "640", "x480".
bool SizeRule::parse_box(std::string_view text) {
  kind_ = Kind::Box;
  const std::size_t cross = std::min(text.find('x'), text.size());
  const std::string_view width = text.substr(0, cross), height = text.substr(std::min(cross + 1, text.size()));
  width_ = side(width).value_or(0);
  height_ = side(height).value_or(0);
  return (width.empty() || width_ != 0) && (height.empty() || height_ != 0) && width_ + height_ != 0;
}

bool SizeRule::parse_colon(std::string_view width, std::string_view height) {
  kind_ = Kind::Exact;
  constexpr std::int64_t max_step = 1024, none = std::numeric_limits<std::int64_t>::min();
  const auto read = [](std::string_view text) {
    const auto number = to_number<std::int64_t>(text);
    return number && *number >= -max_step && *number <= wire_limit::number ? *number : none;
  };
  width_ = read(width);
  height_ = read(height);
  return width_ != none && height_ != none && (width_ >= 0 || height_ >= 0) && !exact_ && !covers_;
}

std::optional<Size> SizeRule::box() const {
  if (kind_ != Kind::Box || width_ == 0 || height_ == 0 || exact_ || covers_) return std::nullopt;
  return Size{static_cast<std::uint32_t>(width_), static_cast<std::uint32_t>(height_)};
}

Size SizeRule::of(const Size& from) const {
  Size to;
  switch (kind_) {
    case Kind::Factor:
      to = {clamped(from.width * factor_x_), clamped(from.height * factor_y_)};
      break;
    case Kind::Area: {
      const double factor = std::sqrt(area_ / (static_cast<double>(from.width) * from.height));
      to = {clamped(from.width * factor), clamped(from.height * factor)};
      break;
    }
    case Kind::Box:
      if (exact_) {
        to = {static_cast<std::uint32_t>(width_ != 0 ? width_ : from.width),
              static_cast<std::uint32_t>(height_ != 0 ? height_ : from.height)};
      } else {
        to = fitted(from, width_, height_, covers_);
      }
      break;
    case Kind::Exact: {
      const std::int64_t width = width_ == 0 ? from.width : width_, height = height_ == 0 ? from.height : height_;
      to.width = width > 0 ? static_cast<std::uint32_t>(width) : scaled(from.width, height, from.height, -width);
      to.height = height > 0 ? static_cast<std::uint32_t>(height) : scaled(from.height, width, from.width, -height);
      break;
    }
  }
  if (only_smaller_) to = {std::min(to.width, from.width), std::min(to.height, from.height)};
  if (only_larger_) to = {std::max(to.width, from.width), std::max(to.height, from.height)};
  return to;
}

}  // namespace sl
