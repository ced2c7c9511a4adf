// sl-shrink: frames made smaller by whole factors; every pixel becomes the mean of a box of pixels.

#include "libcore/filter/geometry.h"
#include "libcore/pixels/shrink.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-shrink", "Shrink every frame by whole factors, with a box filter.");
  tool.example("sl-shrink 4 in.jpg | sl-encode .png > quarter.png");
  tool.example("cat in.jpg | sl-shrink --linear 4x2 | sl-encode .jpg > out.jpg",
               "four times less wide, half as high, in linear light");
  tool.describe(
      "Sizes are rounded up: a box that hangs over the edge is the mean of its pixels inside. Width and height are "
      "of the upright picture, however its samples are stored. Transparent pixels have no part in the colour of a "
      "box. JPEG can be shrunk faster, by other arithmetic, while it is decoded: sl-decode --shrink.");
  sl::ShrinkFactors factors;
  bool linear = false;
  tool.argument("FACTOR", factors, "N, or NXxNY for other factors along width and height");
  tool.option("--linear", linear, "take means of light, not of encoded values");
  return tool.run(argc, argv, sl::geometry([&](const sl::Track& from) { return sl::Shrinker(from, factors, linear); }));
}
