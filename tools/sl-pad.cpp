// sl-pad: frames on a larger canvas.

#include <optional>

#include "libcore/base/color_text.h"
#include "libcore/base/pad_rule.h"
#include "libcore/filter/geometry.h"
#include "libcore/pixels/padder.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-pad", "Put every frame on a larger canvas.");
  tool.example("sl-pad 1920x1080 in.jpg | sl-encode .png > framed.png", "in the middle, on black");
  tool.example("sl-pad 16:9 --fill blur film.mp4 | sl-encode -o wide.mp4", "on a blurred copy of itself");
  tool.example("sl-pad +20 --color white in.jpg | sl-encode .jpg > bordered.jpg", "20 pixels on each side");
  tool.describe(
      "SIZE is WIDTHxHEIGHT of the canvas, or two numbers W:H for the smallest canvas with these proportions, or a border "
      "(+20, or +20x10 for 20 columns and 10 rows on both sides). Sizes may be percentages (120%), and a missing side is "
      "the frame's (1920x). +X+Y after it, or W:H:X:Y as FFmpeg's filter pad, is the frame's place, from the upper left or "
      "inwards from the side that --gravity names; without it the frame lies in the middle. A canvas that is smaller than "
      "the frame is an error.");
  tool.describe(
      "Pixels are of the upright picture, however its samples are stored, and none of them changes. If the frame begins "
      "or ends between pixels that share chroma, as 4:2:0 at an odd place, frames become 4:4:4; in the middle it moves "
      "by a pixel instead. A transparent color (transparent, #rrggbbaa) adds alpha.");
  sl::PadRule size;
  std::optional<sl::Gravity> gravity;
  sl::Padder::Settings settings;
  tool.argument("SIZE", size, "1920x1080, 1920x1080+10+20, 120%, 16:9, 1920:1080:10:20 or +20x10");
  tool.option("--gravity,-g", gravity, sl::gravity_names, "the side at which the frame lies");
  tool.option(
      "--fill,-f", settings.fill, sl::pad_fill_names,
      "around the frame: a color, its nearest pixel, the frame mirrored, or a blurred copy that fills the canvas");
  tool.option("--color,-c", settings.color, "COLOR", "a CSS name, #rrggbb[aa] or rgb()");
  tool.option("--blur", settings.blur, "N",
              "with --fill blur: standard deviation in pixels; 0 is 1/50 of the longer side", 0, 1000);
  tool.use_threads();
  return tool.run(argc, argv, sl::geometry([&](const sl::Track& from) {
                    settings.threads = tool.threads();
                    return sl::Padder(from, size.around(upright_size(from), gravity), settings);
                  }));
}
