// sl-thumbnail: a small picture of each picture or film, for a page.

#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/filter/thumbnail.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-thumbnail", "Make a small picture of each picture or film, for a page.");
  tool.example("sl-thumbnail 256 in.jpg | sl-encode .jpg > small.jpg", "as large as fits in 256x256");
  tool.example("cat in.jpg | sl-thumbnail --crop attention 200x200 | sl-encode .webp > square.webp",
               "the most interesting part");
  tool.example("sl-thumbnail 320 --at 1.5s film.mp4 | sl-encode .jpg > still.jpg");
  tool.describe(
      "SIZE is a box: 256 is 256x256, 320x a width and x200 a height whose other side follows; after it, > only makes "
      "smaller, < only larger, ! makes exactly that size. The picture comes upright, with square pixels, in sRGB (HDR is tone mapped "
      "to 8 bits, with a line), and without metadata. A decoder makes it smaller where that costs less than decoding all (JPEG), but to "
      "no less than twice the size.");
  tool.describe(
      "With --crop the picture covers the box, and what hangs over is cut off. What stays lies at the side that is named "
      "(center, top, southeast ...), has the most information (entropy), or the most edges, skin and saturated colours "
      "(attention, as vips smartcrop).");
  tool.describe(
      "Of a film or animation it takes the frame that differs least from the mean of 20, which are spread over 10 to 60 "
      "% of its length; a film in a file is decoded there only.");
  std::string size;
  sl::ThumbnailSettings settings;
  tool.argument("SIZE", size, "256, 320x200, 320x or x200, with one of > < !");
  tool.option("--crop,-c", settings.crop, "PLACE", "fill the box, and keep: center, attention, entropy, top, left ...");
  tool.option("--at", settings.at, "TIME", "of a film, the frame that is shown then: 90, 1.5s, 0:01:30");
  tool.option("--kernel,-k", settings.resampling.kernel, sl::kernel_names, "how pixels are weighted");
  tool.option("--linear", settings.resampling.linear, "weigh light, not encoded values");
  tool.use_threads();
  tool.check([&] {
    const std::size_t digits = size.find_first_not_of("0123456789");
    const std::size_t end = std::min(digits, size.size());
    const bool is_side =
        end != 0 && (digits == std::string::npos || std::string_view("<>!").find(size[end]) != std::string_view::npos);
    settings.size = sl::SizeRule("SIZE", is_side ? size.substr(0, end) + "x" + size : size);
    settings.resampling.threads = tool.threads();
    if (settings.crop && !settings.size.box()) {
      sl::bad_value("SIZE", size, "is no box to fill: with --crop it is 256 or 320x200");
    }
  });
  tool.decode_with([&] {
    const sl::SizeRule& rule = settings.size;
    std::vector<std::string> options{"--for-preview", "--for-size=" + (settings.crop ? rule.covering() : rule).text()};
    if (settings.at) options.insert(options.end(), {"--at", value_text(*settings.at)});
    return options;
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { sl::make_thumbnails(in, out, settings); });
}
