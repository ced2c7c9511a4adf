// A text on a frame: its look, its place and its times.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/base/color_text.h"
#include "libcore/base/gravity.h"
#include "libcore/base/time_text.h"
#include "tools/canvas/canvas.h"

namespace sl::drawing {

struct Offset {
  double x = 0, y = 0;
};
// Parse "3", "3x3", "3,-2" or "+10+20". Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, Offset& offset);
[[nodiscard]] std::string value_text(const Offset& offset);

inline constexpr Name<Align> align_names[] = {
    {"left", Align::Left}, {"center", Align::Center}, {"right", Align::Right}};

struct Caption {
  std::string font = "sans";  // "DejaVu Sans Bold": a name of Pango
  double size = 0;            // pixels; 0: by the frame, or with `fits` as large as fits
  Rgba color{1, 1, 1, 1};
  std::optional<Rgba> box, outline, shadow;
  double box_margin = 8, box_radius = 0;
  double outline_width = 0;  // 0: 1/12 of the size
  Offset shadow_offset{3, 3};
  double shadow_blur = 2;
  Gravity gravity = Gravity::South;
  Offset margin{0, 0};
  std::optional<Offset> place;  // from the gravity's edges inwards, instead of the margin
  std::optional<Align> align;   // by the gravity
  double spacing = 1, opacity = 1, rotate = 0;
  bool wraps = true, shrinks = false;
  double scroll = 0, scroll_up = 0;  // pixels a second
  std::optional<Seconds> from, to;
  std::optional<Duration> fade_in, fade_out;

  // Record `text` for a time.
  void draw(Canvas& canvas, const std::string& text, double time) const;

 private:
  [[nodiscard]] double opacity_at(double time) const;
  [[nodiscard]] Text laid_out(Canvas& canvas, const std::string& text) const;
  [[nodiscard]] Point place_of(const Size& frame, double width, double height, double time) const;
};

}  // namespace sl::drawing
