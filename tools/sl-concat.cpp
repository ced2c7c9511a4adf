// sl-concat: streams one after another as one: films in a row, or a film of pictures.

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/combine/concat.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-concat", "Put streams one after another, as one.");
  tool.example("sl-concat --rate 2 in.jpg in.jpg > film.slw", "two pictures a second");
  tool.example("cat in.jpg in.jpg in.jpg | sl-concat --rate 25 > film.slw", "all that come on standard input");
  tool.example("sl-concat --still 3s --fade 1s in.jpg in.jpg -o show.mkv", "each for three seconds, cross-faded");
  tool.example("sl-concat --each a.jpg b.jpg | sl-encode -o out-%d.png", "as separate streams");
  tool.describe(
      "Each part begins exactly at the end of the longest track of the part before. The parts need the same tracks: "
      "kind, size, pixel format, colours, sample format, rate and channels. All tracks get a common time base in "
      "which nothing is rounded, so parts may differ in theirs, and in their frame rates. A part's first frame is "
      "taken for its earliest. Labels of tracks come from the first part; each part keeps its attachments, as "
      "profiles.");
  tool.describe(
      "With --fade, a part begins before the end of the part before it, and the pictures of both become one: mixed in "
      "their coded values, or wiped or slid, as by ffmpeg's xfade. Their times are those of the earlier part, or of the "
      "later one after a still, or 25 a second between stills. Sound is cross-faded with equal power (sine and "
      "cosine). The end of each part waits in memory, and the start of the next, up to --max-memory; a part must not "
      "be shorter than the overlap. A part of pictures alone is silent if others have sound.");
  sl::ConcatOptions options;
  tool.option("--rate", options.rate, "RATE", "show each picture for 1/RATE s (25, 30000/1001), instead of its time");
  tool.option("--still", options.still, "TIME", "show each picture that has no length so long: 3s");
  tool.option("--fade", options.fade, "TIME", "let the end of a part and the start of the next overlap so long: 1s");
  tool.option("--transition", options.transition, sl::transition_names, "how pictures change with --fade");
  tool.option("--each", options.each, "keep the parts as separate streams; they may differ");
  sl::Tool::InputRules rules;
  rules.help = "files, wires, FIFOs, or - for standard input (the default); all streams of each are taken";
  tool.inputs(std::move(rules));
  tool.check([&] {
    const bool joins = options.still || options.fade;
    if (options.rate.has_value() + options.each + joins > 1) {
      throw sl::Error(sl::Status::Usage, "--rate, --each, and --still or --fade do not go together");
    }
    if (options.transition != sl::Transition::Fade && !options.fade) {
      throw sl::Error(sl::Status::Usage, "--fade is missing: how long the transition takes");
    }
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { sl::concat(inputs, out, options); });
}
