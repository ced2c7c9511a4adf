// Canvases from rectangles and borders.

#include "libcore/base/pad_rule.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

// "+10" or "+10x20".
std::optional<Size> read_border(std::string_view text) {
  if (!text.starts_with('+')) return {};
  const std::size_t cross = std::min(text.find('x'), text.size());
  const auto x = to_number<std::uint32_t>(text.substr(1, cross - 1));
  const auto y = cross == text.size() ? x : to_number<std::uint32_t>(text.substr(cross + 1));
  if (!x || !y || *x > wire_limit::number || *y > wire_limit::number) return {};
  return Size{*x, *y};
}

}  // namespace

PadRule::PadRule(std::string_view option, std::string_view text) : text_(text), border_(read_border(text)) {
  if (border_) return;
  try {
    rect_ = RectRule(option, text);
  } catch (const Error&) {
    bad_value(option, text, "is no canvas like 1920x1080, 1920x1080+10+20, 120%, 16:9, 1920:1080:10:20 or +10x20");
  }
}

Canvas PadRule::around(const Size& picture, std::optional<Gravity> gravity) const {
  Canvas canvas;
  std::uint64_t width = 0, height = 0;
  if (border_) {
    width = std::uint64_t{picture.width} + 2 * std::uint64_t{border_->width};
    height = std::uint64_t{picture.height} + 2 * std::uint64_t{border_->height};
    canvas.x = border_->width;
    canvas.y = border_->height;
  } else {
    const Rect rect = rect_.around(picture, gravity);
    width = rect.width;
    height = rect.height;
    canvas.x = rect.x;
    canvas.y = rect.y;
    const Gravity place = gravity.value_or(Gravity::Center);
    canvas.is_centered_x = !rect_.has_offset() && column_of(place) == 1;
    canvas.is_centered_y = !rect_.has_offset() && row_of(place) == 1;
  }
  const auto is_inside = [](std::int64_t first, std::uint32_t length, std::uint64_t whole) {
    return first >= 0 && static_cast<std::uint64_t>(first) + length <= whole;
  };
  if (width > wire_limit::number || height > wire_limit::number) {
    throw Error(Status::Usage, "SIZE " + text_ + " makes a canvas of over 2147483647 pixels along a side");
  }
  canvas.size = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  if (is_inside(canvas.x, picture.width, width) && is_inside(canvas.y, picture.height, height)) return canvas;
  throw Error(Status::Usage, "SIZE " + text_ + " has no room for the picture, which is " + size_text(picture) +
                                 " (sl-crop cuts, sl-resize scales)");
}

}  // namespace sl
