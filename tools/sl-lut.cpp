// sl-lut: colours through a lookup table.

#include <fstream>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/filter/point.h"
#include "libcore/pixels/cube_file.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-lut", "Map the colours of every frame by a lookup table (.cube); alpha is kept.");
  tool.example("printf 'LUT_1D_SIZE 2\\n1 0 0\\n0 1 1\\n' > look.cube; sl-lut look.cube in.jpg -o out.png");
  tool.describe(
      "The table maps R'G'B' as it is coded, 0 to 1; YUV and gray become RGB. Between the entries of a cube it takes the "
      "four nearest (tetrahedral interpolation). Colours beyond the table's domain get those of its edge.");

  std::string file;
  std::optional<sl::ColorCube> cube;
  tool.argument("FILE", file, "a table: name.cube");
  tool.check([&] {
    std::ifstream text(file, std::ios::binary);
    if (!text) throw sl::system_error(sl::Status::NoInput, file);
    cube = sl::read_cube(text, file);
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    sl::map_rgb(in, out, [&](float& r, float& g, float& b) { cube->apply(r, g, b); });
  });
}
