// sl-compare: how much pictures differ, one pair after another; film frame by frame.

#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "libcore/base/rect_rule.h"
#include "libcore/bytes/target.h"
#include "libcore/combine/map_pairs.h"
#include "libcore/pixels/comparison.h"
#include "libcore/pixels/comparison_report.h"
#include "libcore/pixels/difference_picture.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-compare", "Compare pictures, and film frame by frame: PSNR, SSIM, the worst pixel.");
  tool.example("sl-compare in.jpg in.jpg");
  tool.example("sl-encode '.jpg[Q=50]' in.jpg | sl-compare in.jpg - || echo they differ", "what a quality of 50 costs");
  tool.example("sl-compare --difference a.jpg a.jpg -o where.png", "differing pixels red, the others pale");
  tool.describe(
      "Status 0: equal; 1: they differ, also in size or number; any other: a failure. Pictures are compared upright. Two "
      "of one format are compared as they are; others as gray or RGB, with alpha if one has it, in the greater depth. "
      "Profiles, primaries and transfer functions are not applied: codes are compared.");
  tool.describe(
      "PSNR is over all samples, the largest code being the peak. SSIM is that of Wang et al. (2004), of luma: a Gaussian "
      "window of 11x11 with sigma 1.5. For several frames a line for all of them comes last.");

  sl::ComparisonOptions options;
  bool count = false, draws = false;
  std::string fuzz = "0";
  std::vector<std::string> ignored;
  tool.option("--count", count, "print the number of differing pixels alone");
  tool.option("--fuzz", fuzz, "N", "let samples differ by N of 255, or by a percentage: 2%");
  tool.option("--antialias", options.antialias,
              "do not count pixels whose edges are only smoothed in another way, as pixelmatch finds them");
  tool.option("--ignore", ignored, "X,Y,W,H", "do not compare this rectangle; may be repeated");
  tool.option("--difference", draws, "make a picture of the differences, instead of a report");
  tool.inputs({.least = 2, .most = 2, .own_options = {"tracks"}, .help = "two files, wires, FIFOs, or - for one"});
  tool.check([&] {
    options.tolerance = sl::parse_tolerance("--fuzz", fuzz);
    for (const std::string& text : ignored) options.ignored.push_back(sl::parse_rect("--ignore", text));
    options.ssim = !count && !draws;
  });
  tool.stage_if(draws, [&](sl::Inputs& inputs, sl::Writer& out) {
    const auto draw = [&](const sl::HeldPicture& a, const sl::HeldPicture& b, const sl::Strip& strip) {
      sl::draw_difference({a.context->track, a.image}, {b.context->track, b.image}, options, strip);
    };
    const auto target = [](const sl::Track& first, const sl::Track&) { return sl::difference_track(first); };
    sl::map_pairs(inputs, out, {sl::PicturePairs::Step::Order, target, draw});
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Target& out) {
    sl::PicturePairs pairs(inputs, sl::PicturePairs::Step::Order);
    sl::ComparisonReport report(count);
    const auto print = [&](const std::string& text) {
      out.write(std::as_bytes(std::span(text)));
      out.mark();
      out.flush();
    };
    while (const auto pair = pairs.next()) {
      if (pair->first == nullptr || pair->second == nullptr) {
        report.add_missing(inputs.title(pair->first == nullptr ? 0 : 1));
      } else {
        const auto& [a, b] = std::tie(*pair->first, *pair->second);
        report.add(sl::compare({a.context->track, a.image}, {b.context->track, b.image}, options));
      }
      print(report.take_text());
    }
    print(report.end());
    return report.equal() ? 0 : 1;
  });
}
