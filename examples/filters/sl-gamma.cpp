// sl-gamma: mid-tones brighter or darker. A point filter: each value is made of itself.

#include <cmath>

#include "libcore/filter/point.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-gamma", "Make mid-tones brighter or darker.");
  tool.example("sl-gamma --gamma 1.5 in.jpg -o brighter.png");
  double gamma = 1.2;
  tool.option("--gamma,-g", gamma, "N", "exponent: above 1 brighter, below 1 darker", 0.05, 20);
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    const float exponent = 1 / static_cast<float>(gamma);
    sl::map_curve(in, out, [&](float value) { return std::pow(value, exponent); });
  });
}
