// A picture as text for a terminal: kitty's graphics, sixels, or half blocks.

#pragma once

#include <string>

#include "devices/display/terminal/tty.h"
#include "devices/display/viewer/picture.h"

namespace sl::terminal {

enum class Graphics { Kitty, Sixel, Blocks };
enum class Colors { Full, Some256, Some16 };

struct Canvas {
  Graphics graphics = Graphics::Blocks;
  Colors colors = Colors::Full;
  Size size;  // the room; the cell's size is known
};

// The position of a picture: as large as fits, in whole cells.
struct Place {
  int columns = 1, rows = 1;
};
[[nodiscard]] Place place_for(const viewer::Image& image, const Canvas& canvas, bool enlarge);

// The pixels that canvas has room for.
[[nodiscard]] viewer::Room room_of(const Canvas& canvas);

// Draw at the cursor, which should be at the left: lines end in a newline, except the last one. The text holds only the
// picture's own samples.
[[nodiscard]] std::string draw(const viewer::Image& image, const Canvas& canvas, Place place);

}  // namespace sl::terminal
