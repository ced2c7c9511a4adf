// sl-crop: a part of each frame: a rectangle, what a border surrounds, a detected thing, or all parts as tiles.

#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/tile_rule.h"
#include "libcore/base/time_text.h"
#include "libcore/filter/crop.h"
#include "libcore/filter/cut_parts.h"
#include "libcore/filter/geometry.h"
#include "libcore/filter/trim.h"
#include "libcore/pixels/comparison.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-crop", "Cut a part out of every frame.");
  tool.example("sl-crop 160x120+20+10 in.jpg | sl-encode .png > part.png");
  tool.example("sl-crop 16:9 in.jpg | sl-encode .jpg > wide.jpg", "as large as fits, from the middle");
  tool.example("sl-crop --gravity southeast 50% film.mp4 | sl-encode -o quarter.mp4", "the quarter at the lower right");
  tool.example("sl-crop --trim film.mp4 | sl-encode -o without-bars.mp4", "without black bars");
  tool.example("sl-crop --grid 3x2 in.jpg | sl-encode -o tile-%d.png", "six tiles");
  tool.describe(
      "RECTANGLE is WIDTHxHEIGHT+X+Y as ImageMagick has it, W:H:X:Y as FFmpeg's filter crop, or two numbers W:H for "
      "proportions. Sizes and offsets may be percentages (80%x100%+10%+0), or lengths on paper by the "
      "density of the picture (50mmx2in), a missing side is all of it (640x), and "
      "offsets may be negative. X and Y count from the upper left, or inwards from the side that --gravity names; "
      "without them the rectangle lies in the middle. What hangs over the edge is left out. Of a JPEG, rows below the "
      "rectangle are not decoded.");
  tool.describe(
      "Pixels are of the upright picture, however its samples are stored; no sample changes. If a rectangle begins "
      "between pixels that share chroma, as 4:2:0 at an odd place, frames become 4:4:4: cut at even places to keep the "
      "format. Boxes of detections move with their pixels.");
  tool.describe(
      "Instead of RECTANGLE: --trim cuts off the border that has the color of the corners, from film the one that all "
      "frames at its start have. --box takes the detection with the highest score from each frame's metadata; frames "
      "without one are left out. --grid makes each tile a frame, row by row.");
  sl::RectRule rectangle;
  std::optional<sl::RectRule> aspect;
  std::optional<sl::Gravity> gravity;
  std::optional<sl::TileRule> grid;
  std::string box, fuzz = "4%";
  bool trim = false;
  sl::TrimSettings trimming;
  sl::ReplayStore store;
  const auto cuts_rectangle = [&] { return !trim && !grid && box.empty(); };
  tool.argument("RECTANGLE", rectangle, "640x480+10+20, 640x480, 50%, 16:9 or 640:480:10:20");
  tool.argument_replaced([&] { return !cuts_rectangle() || aspect; });
  tool.option("--gravity,-g", gravity, sl::gravity_names, "the side from which X and Y count");
  tool.group("Instead of RECTANGLE");
  tool.option("--aspect", aspect, "W:H", "as large as fits with these proportions");
  tool.option("--trim", trim, "cut off the border");
  tool.option("--fuzz", fuzz, "N", "with --trim: the border's samples differ by at most N of 255, or by a percentage");
  tool.option("--look", trimming.look, "TIME", "with --trim: how much of the start of a film to look at");
  tool.option("--grid", grid, "GRID", "tiles: 3x3 (so many), 256x256 (so large), 100x100@ (so many), 16x16px");
  tool.option("--box", box, "LABEL", "the box of a detection with this label, or any");
  tool.check([&] {
    if (int{trim} + int{grid.has_value()} + int{!box.empty()} + int{aspect.has_value()} > 1) {
      throw sl::Error(sl::Status::Usage, "--aspect, --trim, --grid and --box exclude each other");
    }
    if (aspect) rectangle = *aspect;
    trimming.fuzz = sl::parse_tolerance("--fuzz", fuzz) / 255;
  });
  tool.prepare([&](sl::SandboxPlan&) {
    if (trim) store.prepare();
  });
  tool.decode_with(
      [&] { return cuts_rectangle() ? sl::crop_options(rectangle, gravity) : std::vector<std::string>(); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    if (trim) return trim_borders(in, out, trimming, store);
    if (cuts_rectangle()) {
      return sl::geometry([&](const sl::Track& from) { return crop(from, rectangle, gravity); })(in, out);
    }
    cut_parts(in, out, [&](const sl::Track& track, const sl::Frame& frame) {
      if (grid) return grid->of(upright_size(track));
      const auto part = detected_box(frame, track, box == "any" ? "" : box);
      return part ? std::vector{*part} : std::vector<sl::Rect>();
    });
  });
}
