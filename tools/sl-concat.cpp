// sl-concat: streams one after another as one: films in a row, or a film of pictures.

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/combine/concat.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-concat", "Put streams one after another, as one.");
  tool.example("sl-concat --rate 2 in.jpg in.jpg > film.slw", "two pictures a second");
  tool.example("cat in.jpg in.jpg in.jpg | sl-concat --rate 25 > film.slw", "all that come on standard input");
  tool.example("sl-concat --each a.jpg b.jpg | sl-encode -o out-%d.png", "as separate streams");
  tool.describe(
      "Each part begins exactly at the end of the longest track of the part before. The parts need the same tracks: "
      "kind, size, pixel format, colours, sample format, rate and channels. All tracks get a common time base in "
      "which nothing is rounded, so parts may differ in theirs, and in their frame rates. A part's first frame is "
      "taken for its earliest. Labels of tracks come from the first part; each part keeps its attachments, as "
      "profiles.");
  sl::ConcatOptions options;
  tool.option("--rate", options.rate, "RATE", "show each picture for 1/RATE s (25, 30000/1001), instead of its time");
  tool.option("--each", options.each, "keep the parts as separate streams; they may differ");
  sl::Tool::InputRules rules;
  rules.help = "files, wires, FIFOs, or - for standard input (the default); all streams of each are taken";
  tool.inputs(std::move(rules));
  tool.check([&] {
    if (options.rate && options.each) throw sl::Error(sl::Status::Usage, "--rate and --each do not go together");
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { sl::concat(inputs, out, options); });
}
