// sl-convert: other pixels and colors.

#include "libcore/filter/change_pixels.h"
#include "libcore/media/color_words.h"
#include "libcore/stage/tool.h"

namespace {

using Alpha = sl::PixelChange::AlphaChange;

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-convert", "Convert pixels and colors: format, depth, range, color space, profile, alpha.");
  tool.example("sl-convert --to srgb in.jpg | sl-encode .jpg > web.jpg", "by its profile, if it has one");
  tool.example("sl-convert --to gray --depth 16 in.jpg | sl-encode .png > gray.png");
  tool.example("cat in.jpg | sl-convert --to p3 --intent perceptual | sl-encode .png > p3.png");
  tool.example("sl-convert --density 300 in.jpg -o print.jpg", "no pixel changes");
  tool.describe(
      "Without options nothing changes. Colors are converted from the picture's ICC profile, or its numbers of ITU-T "
      "H.273; unknown ones are sRGB's, or those of --assume. Codes of BT.709 and BT.601 are meant for displays like "
      "sRGB's, so they stay. White is 203 cd/m2 in PQ and HLG; what is brighter becomes white in 8 and 16 bits, and "
      "stays above 1 in floats. Little CMS converts by tables of profiles; profiles of three curves and a matrix are "
      "computed in floats.");
  tool.describe(
      "--to names a color space, or a file with a profile, which the result then has (vips icc_transform, ImageMagick "
      "-profile and -colorspace, FFmpeg zscale). gray is the luminance; --format gray is luma, without a conversion of "
      "colors. The pixel format stays, but YUV becomes RGB with other colors, unless --format or --matrix asks for YUV. "
      "--format is a name of FFmpeg's, --depth the bits of a sample. Samples are rounded to nearest, or dithered.");

  sl::PixelChange change;
  tool.option("--to", change.to, std::string(sl::color_target_names), "the color space of the result");
  tool.option("--assume", change.assume, std::string(sl::color_target_names),
              "the color space of pictures that name none");
  tool.option("--primaries", change.primaries, sl::primaries_words, "only other primaries");
  tool.option("--transfer", change.transfer, sl::transfer_words, "only another transfer function");
  tool.option("--intent", change.intent, sl::intent_names, "which colors of a profile give way");
  bool no_black_point = false;
  tool.option("--no-black-point", no_black_point, "do not map the darkest color of one profile to that of the other");
  tool.option("--format,-f", change.format, "NAME", "pixel format: gray, rgb24, rgba, rgb48le, yuv420p, ...");
  tool.option("--depth,-d", change.depth, "8|10|12|14|16|half|float", "bits of a sample");
  tool.option("--dither", change.dither, sl::dither_names, "how bits are left out");
  tool.option("--matrix", change.matrix, sl::matrix_words, "matrix of YUV, or of the luma that gray is made of");
  tool.option("--range", change.range, sl::range_words, "codes of black and white");
  tool.option("--chroma", change.chroma, sl::chroma_words, "where samples of chroma lie");
  bool premultiply = false, unpremultiply = false;
  std::optional<sl::Rgba> flatten;
  tool.option("--premultiply", premultiply, "multiply colors by alpha");
  tool.option("--unpremultiply", unpremultiply, "divide colors by alpha");
  tool.option("--flatten", flatten, "COLOR", "put this color under transparent pixels, and remove alpha");
  tool.option("--density", change.density, "300|300x150|118dpcm", "pixels per inch or cm; no pixel changes");
  tool.use_threads();
  tool.check([&] {
    if (premultiply + unpremultiply + flatten.has_value() > 1) {
      throw sl::Error(sl::Status::Usage, "--premultiply, --unpremultiply and --flatten exclude each other");
    }
    if (change.to && (change.primaries || change.transfer)) {
      throw sl::Error(sl::Status::Usage, "--to names primaries and transfer function already");
    }
    if (flatten && flatten->alpha != 1) sl::bad_value("--flatten", value_text(*flatten), "is transparent itself");
    if (flatten) change.background = *flatten;
    change.black_point = !no_black_point;
    change.alpha = premultiply     ? Alpha::Premultiply
                   : unpremultiply ? Alpha::Unpremultiply
                   : flatten       ? Alpha::Flatten
                                   : Alpha::None;
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    change.threads = tool.threads();
    change_pixels(in, out, change);
  });
}
