// sl-invert: photographic negative. Every colour channel is mirrored in its range; alpha stays.

#include "libcore/filter/point.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-invert", "Invert the colours of every frame; alpha is kept.");
  tool.example("cat in.jpg | sl-invert | sl-encode .png > out.png");
  tool.example("sl-invert in.jpg -o out.jpg", "decoded and encoded on the way");
  tool.describe(
      "Each channel is mirrored about the middle of its range, without another pixel format: white becomes black, "
      "and the middle of chroma stays. Colours multiplied by alpha are mirrored within it.");

  return tool.run(argc, argv, [](sl::Reader& in, sl::Writer& out) {
    sl::map_colour(in, out, [](auto v, auto lo, auto hi) { return lo + hi - v; });
  });
}
