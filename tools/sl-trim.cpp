// sl-trim: a stretch of time of a stream, all tracks; sound to the sample.

#include <algorithm>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/filter/per_track.h"
#include "libcore/frames/span_cut.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/chapters.h"

namespace {

using sl::wire::Type;

class TrimStage {
 public:
  sl::SpanCut::Options options{{}, true, false};
  bool stop = false;

  void run(sl::Reader& in, sl::Writer& out) const {
    Cuts cuts(
        in, out, [&](std::uint16_t number) { return std::make_unique<sl::SpanCut>(in, out, number, options); },
        [&](sl::Reader&, const sl::wire::Header& record, sl::Writer&) {
          sl::pass_with_chapters(in, record, out, [&](sl::Chapter& chapter) { return keeps(chapter); });
        });
    while (const auto record = in.next()) {
      if (record->type == Type::End) refuse_nothing(in, cuts);
      cuts.take(*record);
      const bool samples = record->type == Type::Rows || record->type == Type::Bytes;
      if (stop && samples && !in.in_frame() && is_over(in, cuts)) {
        cuts.at_end();
        return out.end();
      }
    }
  }

 private:
  using Cuts = sl::PerTrack<sl::SpanCut>;

  // Cut a chapter to the range. Return false if it lies outside.
  [[nodiscard]] bool keeps(sl::Chapter& chapter) const {
    constexpr sl::Rational nanosecond{1, 1000000000};
    const auto& [start, stop] = options.range;
    const std::int64_t from = start ? sl::ticks_down(*start, nanosecond) : chapter.start;
    const std::int64_t to = stop ? sl::ticks_down(*stop, nanosecond) : std::numeric_limits<std::int64_t>::max();
    if (chapter.start >= to || (chapter.end != sl::no_time && chapter.end <= from)) return false;
    const std::int64_t shift = options.shift ? from : 0;
    chapter.start = std::max(chapter.start, from) - shift;
    if (chapter.end != sl::no_time) chapter.end = std::min(chapter.end, to) - shift;
    return true;
  }

  // Whether no track can send anything more.
  static bool is_over(const sl::Reader& in, const Cuts& cuts) {
    bool all = true;
    for (const auto& [number, cut] : cuts.states()) {
      if (cut->is_long_over()) return true;
      all = all && (cut->is_over() || in.track(number).kind == sl::Kind::Data);
    }
    return all;
  }

  static void refuse_nothing(const sl::Reader& in, const Cuts& cuts) {
    bool over = !cuts.states().empty() && !in.stopped_here();
    for (const auto& [number, cut] : cuts.states()) over = over && cut->ended_before();
    if (over) throw sl::Error(sl::Status::Usage, in.name() + ": it ends before FROM");
  }
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-trim", "Keep what lies between two times, on all tracks.");
  tool.example("sl-trim 0.5s:1s film.mp4 -o part.mkv");
  tool.example("sl-decode film.mkv | sl-trim --shift 500ms: | sl-encode -o rest.mkv",
               "from half a second on, as from 0");
  tool.example("sl-decode in.jpg | sl-trim 0:1s | sl-encode .png > out.png", "a still is shown at 0");
  tool.describe(
      "The result includes FROM and excludes TO; either may be left out. After TO the input is still read to its "
      "end, to report its failure, unless --stop is given (for a source without an end). Times count on the stream's "
      "clock, which need not begin at 0, and stay, as with ffmpeg's trim; --shift makes FROM the new 0. The picture "
      "that is shown at FROM begins there, and the last one ends at TO. Sound is cut to the sample: the first one's "
      "time is FROM.");
  tool.describe(
      "Packets are not decoded: packets of pictures are kept in whole groups, from the key frame at or before FROM "
      "to the one at or after TO, and those outside are marked as not shown; packets of sound are kept whole.");

  TrimStage stage;
  tool.argument("FROM:TO", stage.options.range, "times: 2s:5s, 90:, :1m, 00:01:00,00:02:30.5");
  tool.option("--shift", stage.options.shift, "FROM becomes time 0");
  tool.option("--stop", stage.stop, "end at TO, without reading on; the stage before ends, too");
  tool.accept_packets();
  tool.check([&] {
    if (stage.options.shift && !stage.options.range.start) {
      throw sl::Error(sl::Status::Usage, "--shift needs FROM");
    }
    if (stage.stop && !stage.options.range.stop) throw sl::Error(sl::Status::Usage, "--stop needs TO");
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
