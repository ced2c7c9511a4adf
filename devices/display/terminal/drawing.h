// A picture as what a terminal prints: kitty's graphics, sixels, or half blocks.

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

// Where a picture goes: as large as fits, in whole cells.
struct Place {
  int columns = 1, rows = 1;
};
[[nodiscard]] Place place_for(const viewer::Image& image, const Canvas& canvas, bool enlarge);

// The pixels that canvas has room for.
[[nodiscard]] viewer::Room room_of(const Canvas& canvas);

// At the cursor, which should stand at the left: lines end in a newline, the last one apart. Nothing else than the
// picture's own samples is in it.
[[nodiscard]] std::string draw(const viewer::Image& image, const Canvas& canvas, Place place);

}  // namespace sl::terminal
