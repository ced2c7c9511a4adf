// sl-blur: frames blurred by a Gaussian or a box.

#include <memory>

#include "libcore/filter/pictures.h"
#include "libcore/pixels/blur.h"
#include "libcore/stage/tool.h"

namespace {

// The text of SIGMA: 5, 5x2 along rows and columns, or as ImageMagick has it 0x5, a radius that follows and a sigma.
struct BlurSize {
  double x = 0, y = 0;
};

void parse_value(std::string_view option, std::string_view text, BlurSize& size) {
  constexpr double most = 10000;
  const std::size_t cross = text.find('x');
  const auto first = sl::to_number<double>(text.substr(0, cross));
  const auto second = cross == std::string_view::npos ? first : sl::to_number<double>(text.substr(cross + 1));
  if (!first || !second || !(*first >= 0 && *first <= most) || !(*second >= 0 && *second <= most)) {
    sl::bad_value(option, text, "is not a number of pixels from 0 to 10000, as 5, 5x2 or 0x5");
  }
  size.x = *first == 0 ? *second : *first;
  size.y = *second;
}

// One track, blurred.
class Blurred : public sl::Blurrer {
 public:
  using sl::Blurrer::Blurrer;
  void frame(const sl::Frame& frame, sl::Writer& /*out*/) {
    set_interlaced((frame.flags & sl::frame_flag::interlaced) != 0);
  }
};

constexpr sl::Name<sl::BlurShape> shapes[] = {{"gaussian", sl::BlurShape::Gaussian}, {"box", sl::BlurShape::Box}};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-blur", "Blur every frame.");
  tool.example("sl-blur 5 in.jpg | sl-encode .png > soft.png");
  tool.example("cat in.jpg | sl-blur 20x1 | sl-encode .jpg > wide.jpg", "along the rows");
  tool.describe(
      "SIGMA is the standard deviation of the Gaussian in pixels, as 2.5; or 5x2 for width and height of the upright "
      "picture, and 5x0 for the width alone. But 0x5 is 5, as ImageMagick has it. The Gaussian is cut off at 4 SIGMA; "
      "beyond an edge, the pixel at it is repeated. With --shape box, SIGMA is a radius: every pixel becomes the mean of "
      "the square around it. Samples are weighed as they are stored; but colours with alpha in floats, weighted by it, and "
      "with --linear proportional to light. Fields of interlaced frames stay apart.");

  BlurSize size;
  sl::Blurrer::Settings settings;
  tool.argument("SIGMA", size, "5, 5x2 or 0x5");
  tool.option("--shape,-s", settings.shape, shapes, "the weights of the pixels around");
  tool.option("--linear", settings.linear, "weigh light, not encoded values");
  tool.use_threads();
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    settings.x = size.x, settings.y = size.y, settings.threads = tool.threads();
    sl::each_picture<Blurred>(in, out, [&](const sl::Track& from, std::uint16_t /*number*/) {
      return std::make_unique<Blurred>(from, settings);
    });
  });
}
