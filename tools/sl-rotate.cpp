// sl-rotate: frames turned by quarters, or by any angle.

#include <memory>
#include <utility>

#include "libcore/base/angle_text.h"
#include "libcore/bytes/spilled_memory.h"
#include "libcore/filter/geometry.h"
#include "libcore/pixels/deskew.h"
#include "libcore/pixels/rotate.h"
#include "libcore/stage/tool.h"

namespace {

constexpr sl::Name<sl::RotatedSize> sizes[] = {
    {"grow", sl::RotatedSize::Grow}, {"keep", sl::RotatedSize::Keep}, {"inside", sl::RotatedSize::Inside}};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-rotate", "Turn every frame, by quarters or by any angle.");
  tool.example("sl-rotate left in.jpg | sl-encode .png > left.png", "a quarter turn, in which no sample changes");
  tool.example("sl-rotate -7 --background white in.jpg | sl-encode .jpg > turned.jpg");
  tool.example("sl-rotate --deskew in.jpg | sl-encode .png > straight.png", "a page that was scanned askew");
  tool.describe(
      "ANGLE is in degrees, clockwise, as ImageMagick, vips and FFmpeg have it: 90 is right, -90 left, 180 half. It turns "
      "the upright picture, however its samples are stored. Quarter turns are exact. For other angles, every new pixel "
      "is a weighted sum of those around its place; pixels beyond the picture are of --background, which is black, and "
      "transparent where pixels have alpha. Rows leave as soon as the rows that they are made of have come; rows that must wait and are over --max-memory lie in a temporary file.");
  tool.describe(
      "With --deskew, the angle is that at most 15 degrees along which the rows of the picture differ most, as lines of "
      "text do; the size is kept. What is said of places in the picture (detections) is left out if the angle is no "
      "quarter turn.");

  std::string text;
  sl::Angle angle;
  bool deskew = false;
  sl::SpilledMemory memory;
  sl::Warper::Settings settings;
  sl::RotatedSize size = sl::RotatedSize::Grow;
  tool.argument("ANGLE", text, "left, right, half or degrees clockwise: -7, 12.5", false);
  tool.option("--deskew", deskew, "find the angle that sets the picture straight");
  tool.option("--kernel,-k", settings.kernel, sl::warp_kernel_names, "how pixels are weighted");
  tool.option("--linear", settings.linear, "weigh light, not encoded values");
  tool.option("--background,-b", settings.background, "COLOR", "color beyond the picture");
  tool.option(
      "--size,-s", size, sizes,
      "size of the result: grow to hold all of it, keep, or the largest of its shape inside the turned picture");
  tool.use_threads();
  tool.check([&] {
    if (deskew && tool.input() == "-" && !text.empty()) tool.set_input(std::exchange(text, {}));
    if (deskew != text.empty()) {
      throw sl::Error(sl::Status::Usage, "ANGLE is left, right, half, degrees as -7, or the option --deskew");
    }
    if (!deskew) parse_value("ANGLE", text, angle);
  });
  tool.prepare([&](sl::SandboxPlan&) { memory.prepare(); });
  settings.memory = [&](std::size_t bytes, std::string_view purpose) { return memory.take(bytes, purpose); };
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    settings.threads = tool.threads();
    sl::move_pictures(in, out, [&](const sl::Track& from) -> std::unique_ptr<sl::GeometryStep> {
      if (deskew) return std::make_unique<sl::Deskewer>(from, settings);
      return sl::rotator(from, angle.degrees, size, settings);
    });
  });
}
