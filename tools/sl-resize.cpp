// sl-resize: frames of another size.

#include "libcore/base/size_rule.h"
#include "libcore/filter/geometry.h"
#include "libcore/media/density.h"
#include "libcore/media/reduced.h"
#include "libcore/pixels/resample.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-resize", "Change the size of every frame.");
  tool.example("sl-resize 320x240 in.jpg | sl-encode .png > small.png", "as large as fits inside");
  tool.example("cat in.jpg | sl-resize 50% | sl-encode .jpg > half.jpg");
  tool.example("sl-resize '1000x1000>' --linear in.jpg | sl-encode .webp > out.webp",
               "make smaller only, in linear light");
  tool.describe(
      "SIZE is as ImageMagick has it: 1280x720 is the largest size that fits inside and keeps the proportions, 640x a "
      "width whose height follows, x200 a height, 50% or 50%x25% of both sides, 1000@ so many pixels in all. After it, > "
      "only makes smaller, < only makes larger, ! makes exactly that size, and ^ covers it instead of fitting inside. "
      "640:480 is exact, as FFmpeg's filter scale has it, and in 640:-2 the height follows as an even number; 0.5 is a "
      "factor. 100mmx is a width on paper (mm, cm, in) by the density of the picture. Pixels are of the upright picture, however its samples are stored.");
  tool.describe(
      "Every new pixel is a weighted sum of all pixels under the kernel, which is as wide as the new pixels are. Weights "
      "are applied to the samples as they are stored, chroma in its own place; but colours with alpha in floats, weighted "
      "by it, and with --linear proportional to light. JPEG can be made smaller faster, by whole factors, while it is "
      "decoded: --fast, or sl-decode --shrink.");

  sl::SizeRule size;
  sl::Resampler::Settings settings;
  std::int64_t width = 0, height = 0;
  bool fast = false;
  tool.argument("SIZE", size, "1280x720, 640x, x200, 50%, 1000@, with one of > < ! ^; 640:-2 or 0.5");
  tool.argument_replaced([&] { return width != 0 || height != 0; });
  tool.option("--width,-w", width, "N", "instead of SIZE: a width; alone, the height follows", 1,
              sl::wire_limit::number);
  tool.option("--height", height, "N", "instead of SIZE: a height; with --width, the largest size that fits inside", 1,
              sl::wire_limit::number);
  tool.option("--kernel,-k", settings.kernel, sl::kernel_names, "how pixels are weighted");
  tool.option("--linear", settings.linear, "weigh light, not encoded values");
  tool.option("--fast", fast, "let a decoder of JPEG halve first, to no less than twice the size");
  tool.use_threads();
  tool.check([&] {
    settings.threads = tool.threads();
    const auto side = [](std::int64_t length) { return length == 0 ? std::string() : std::to_string(length); };
    if (width != 0 || height != 0) size = sl::SizeRule("--width", side(width) + "x" + side(height));
  });
  tool.decode_with(
      [&] { return fast ? std::vector<std::string>{"--for-size=" + size.text()} : std::vector<std::string>(); });
  return tool.run(argc, argv, sl::geometry([&](sl::Track from) {
                    const sl::Size to = size.at(pixels_per_mm(from)).of(whole_size(from));
                    set_reduced(from, std::nullopt);
                    return sl::Resampler(from, to, settings);
                  }));
}
