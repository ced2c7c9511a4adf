// Rectangles of pixels, and rectangles within a picture as users write them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/gravity.h"
#include "libcore/base/length_text.h"
#include "libcore/base/size_text.h"

namespace sl {

// May lie partly or wholly outside of the picture that it refers to.
struct Rect {
  std::int64_t x = 0, y = 0;
  std::uint32_t width = 0, height = 0;
  bool operator==(const Rect&) const = default;
};

// Return the part of `rect` inside a picture of this size; nothing if it lies outside.
[[nodiscard]] std::optional<Rect> part_inside(const Rect& rect, const Size& picture);

// A length along an axis: pixels, or a part of the whole.
struct Length {
  double value = 0;
  bool is_percent = false;
  // Return it in pixels, rounded to nearest.
  [[nodiscard]] std::int64_t of(std::uint32_t whole) const;
};

// Parse "10,20,640,480": x and y of the upper left pixel, width and height. Throw Usage, naming `option`.
[[nodiscard]] Rect parse_rect(std::string_view option, std::string_view text);

class RectRule {
 public:
  // "640x480+10+20", as X and ImageMagick have it; "640x480", "50%", "50%x100%+10%+0", "640x" (all of the height);
  // offsets may be negative: "640x480-5+0". "640:480:10:20" as FFmpeg's filter `crop`. "16:9": as large as fits, with
  // these proportions. Throw Usage, naming `option`.
  RectRule(std::string_view option, std::string_view text);
  // All of the picture.
  RectRule() = default;

  // Return the rectangle in a picture; it may lie partly outside. Offsets count inwards from the side that `gravity`
  // names, and from the middle to the right and down. By default, a rule with offsets starts at the northwest, and one
  // without lies in the center.
  [[nodiscard]] Rect in(const Size& picture, std::optional<Gravity> gravity = {}) const;
  // Return the rule with lengths on paper ("100mmx", "4cm", "2in") in pixels. Throw Usage if it has some, and the
  // density is unknown.
  [[nodiscard]] RectRule at(const std::optional<PixelsPerMm>& density) const {
    return has_lengths(text_) ? RectRule("", lengths_in_pixels(text_, density)) : *this;
  }
  // Return a canvas around a picture instead: its size, and as x and y the place of the picture on it. Proportions make
  // it as small as holds the picture; of any other rule it may be smaller.
  [[nodiscard]] Rect around(const Size& picture, std::optional<Gravity> gravity = {}) const;
  [[nodiscard]] bool has_offset() const { return has_offset_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  bool parse(std::string_view text);
  [[nodiscard]] Size sides(const Size& picture, bool inside) const;
  [[nodiscard]] Gravity place(std::optional<Gravity> gravity) const;
  bool parse_colons(std::string_view text);

  std::string text_;
  Length width_{100, true}, height_{100, true}, x_, y_;
  bool has_offset_ = false;
  std::uint32_t aspect_x_ = 0, aspect_y_ = 0;  // not 0: proportions instead of a size
};

inline void parse_value(std::string_view option, std::string_view text, RectRule& rule) {
  rule = RectRule(option, text);
}
inline std::string value_text(const RectRule& rule) { return rule.text(); }

}  // namespace sl
