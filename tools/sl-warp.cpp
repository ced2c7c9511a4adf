// sl-warp: frames bent: affine, perspective, a lens, polar coordinates, a map.

#include <memory>

#include "libcore/bytes/spilled_memory.h"
#include "libcore/filter/geometry.h"
#include "libcore/pixels/warp_kind.h"
#include "libcore/pixels/warp_shapes.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-warp", "Bend every frame: affine, perspective, a lens, polar coordinates, or by a map.");
  tool.example("sl-warp --perspective '20,10 200,30 210,140 10,120' in.jpg | sl-encode .png > front.png",
               "what lies between four points, seen from the front");
  tool.example("sl-warp --lens -0.1,0.02 in.jpg | sl-encode .jpg > straight.jpg");
  tool.example("sl-warp --affine 1,0.2,0,1 --background white in.jpg | sl-encode .png > slanted.png");
  tool.describe(
      "--affine A,B,C,D,X,Y moves (x, y) to (A x + B y + X, C x + D y + Y), as vips affine. --perspective takes four points "
      "of the picture that become the corners of the result (upper left, upper right, lower right, lower left), or as "
      "ImageMagick's -distort four pairs: a point, and where it moves to. --lens K1,K2 takes the pixel at the distance r "
      "from r (1 + K1 r^2 + K2 r^4), where r is 1 in the corners, as FFmpeg's lenscorrection. --polar unroll lays angles "
      "along the rows, clockwise from the top, and distances from the middle down the columns; roll is the way back. "
      "--map is a portable float map (PF): red is the column and green the row of the input from which a pixel comes, as "
      "vips mapim has them.");
  tool.describe(
      "Places are in pixels of the upright picture, however its samples are stored. Every new pixel is a weighted sum of "
      "those around its place; to make pictures much smaller, blur or shrink them before. What is said of places in the "
      "picture (detections) is left out.");

  sl::WarpKind kind;
  std::string map;
  std::optional<sl::Size> size;
  sl::SpilledMemory memory;
  sl::Warper::Settings settings;
  tool.option("--affine", kind.affine, "A,B,C,D[,X,Y]", "a matrix, and a shift");
  tool.option("--perspective", kind.perspective, "POINTS", "four points, or four pairs of points");
  tool.option("--lens", kind.lens, "K1[,K2]", "the distortion of a lens");
  tool.option("--polar", kind.polar, sl::polar_names, "to polar coordinates, or back");
  tool.option("--map", map, "FILE.pfm", "a place for each pixel of the result");
  tool.option("--size,-s", size, "WxH", "size of the result; otherwise it follows from the map");
  tool.option("--kernel,-k", settings.kernel, sl::warp_kernel_names, "how pixels are weighted");
  tool.option("--linear", settings.linear, "weigh light, not encoded values");
  tool.option("--background,-b", settings.background, "COLOR", "color beyond the picture");
  tool.use_threads();
  tool.check([&] {
    if (!map.empty()) kind.table = std::make_shared<sl::TableMap>(sl::read_table(map));
    kind.check();
  });
  tool.prepare([&](sl::SandboxPlan&) { memory.prepare(); });
  settings.memory = [&](std::size_t bytes, std::string_view purpose) { return memory.take(bytes, purpose); };
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    settings.threads = tool.threads();
    sl::move_pictures(in, out, [&](const sl::Track& from) { return make_warp(from, kind, size, settings); });
  });
}
