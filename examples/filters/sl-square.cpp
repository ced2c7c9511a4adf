// sl-square: the largest square in the middle of each picture. A geometry filter: it moves pixels.

#include <algorithm>

#include "libcore/filter/geometry.h"
#include "libcore/pixels/mover.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-square", "Cut the largest square out of the middle of every frame.");
  tool.example("sl-square in.jpg -o square.png");
  return tool.run(argc, argv, sl::geometry([](const sl::Track& from) {
                    const sl::Size size = sl::upright_size(from);
                    const std::uint32_t side = std::min(size.width, size.height);
                    const sl::Rect middle{(size.width - side) / 2, (size.height - side) / 2, side, side};
                    return sl::Mover(from, sl::crop_to(from, middle));
                  }));
}
