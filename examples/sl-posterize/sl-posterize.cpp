// sl-posterize: few colours. A complete stage, built with the installed package.

#include <cmath>

#include "libcore/filter/point.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-posterize", "Leave a few steps of each colour.");
  tool.example("cat in.jpg | sl-posterize --levels 4 | sl-encode .png > out.png");
  std::int64_t levels = 4;
  tool.option("--levels,-n", levels, "N", "steps from black to white", 2, 256);
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    const float top = static_cast<float>(levels - 1);
    sl::map_curve(in, out, [&](float value) { return std::round(value * top) / top; });
  });
}
