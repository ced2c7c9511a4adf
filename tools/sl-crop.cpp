// sl-crop: a part of each frame.

#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/gravity.h"
#include "libcore/base/rect_rule.h"
#include "libcore/filter/geometry.h"
#include "libcore/media/density.h"
#include "libcore/pixels/mover.h"
#include "libcore/stage/tool.h"

namespace {

sl::Rect part_of(const sl::Track& track, const sl::RectRule& rule, std::optional<sl::Gravity> gravity) {
  const sl::Size size = upright_size(track);
  const sl::Rect wanted = rule.at(pixels_per_mm(track)).in(size, gravity);
  if (const auto part = part_inside(wanted, size)) return *part;
  throw sl::Error(sl::Status::Usage,
                  "RECTANGLE " + rule.text() + " lies outside of the picture, which is " + size_text(size));
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-crop", "Cut a rectangle out of every frame.");
  tool.example("sl-crop 160x120+20+10 in.jpg | sl-encode .png > part.png");
  tool.example("sl-crop 16:9 in.jpg | sl-encode .jpg > wide.jpg", "as large as fits, from the middle");
  tool.example("sl-crop --gravity southeast 50% film.mp4 | sl-encode -o quarter.mp4", "the quarter at the lower right");
  tool.describe(
      "RECTANGLE is WIDTHxHEIGHT+X+Y as ImageMagick has it, W:H:X:Y as FFmpeg's filter crop, or two numbers W:H for "
      "proportions. Sizes and offsets may be percentages (80%x100%+10%+0), or lengths on paper by the "
      "density of the picture (50mmx2in), a missing side is all of it (640x), and "
      "offsets may be negative. X and Y count from the upper left, or inwards from the side that --gravity names; "
      "without them the rectangle lies in the middle. What hangs over the edge is left out.");
  tool.describe(
      "Pixels are of the upright picture, however its samples are stored; no sample changes. If a rectangle begins "
      "between pixels that share chroma, as 4:2:0 at an odd place, frames become 4:4:4: cut at even places to keep the "
      "format. Boxes of detections move with their pixels.");
  sl::RectRule rectangle;
  std::optional<sl::Gravity> gravity;
  tool.argument("RECTANGLE", rectangle, "640x480+10+20, 640x480, 50%, 16:9 or 640:480:10:20");
  tool.option("--gravity,-g", gravity, sl::gravity_names, "the side from which X and Y count");
  return tool.run(argc, argv, sl::geometry([&](const sl::Track& from) {
                    return sl::Mover(from, crop_to(from, part_of(from, rectangle, gravity)));
                  }));
}
