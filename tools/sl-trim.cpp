// sl-trim: a stretch of time of a stream, all tracks; sound to the sample.

#include <map>

#include "libcore/frames/span_cut.h"
#include "libcore/stage/tool.h"

namespace {

using sl::wire::Type;

class TrimStage {
 public:
  sl::SpanCut::Options options{{}, true, false};
  bool stop = false;

  void run(sl::Reader& in, sl::Writer& out) {
    while (const auto record = in.next()) {
      const auto cut = cuts_.find(record->track);
      if (record->type == Type::Start) {
        cuts_.clear();
        in.pass(*record, out);
      } else if (record->type == Type::End) {
        for (auto& [number, track] : cuts_) track.at_end();
        refuse_nothing(in);
        in.pass(*record, out);
      } else if (record->type == Type::Track && cut == cuts_.end()) {
        cuts_.try_emplace(record->track, in, out, record->track, options);
      } else if (cut == cuts_.end()) {
        in.pass(*record, out);  // of the whole stream
      } else if (record->type == Type::Track) {
        cut->second.on_track();
      } else if (record->type == Type::Frame) {
        cut->second.on_frame();
      } else if (record->type == Type::Rows || record->type == Type::Bytes) {
        cut->second.on_samples(*record);
        if (stop && !in.in_frame() && is_over(in)) return end_here(out);
      } else {
        cut->second.on_ancillary(*record);
      }
    }
  }

 private:
  // Nothing of it can come any more, on any track.
  bool is_over(const sl::Reader& in) const {
    bool all = true;
    for (const auto& [number, track] : cuts_) {
      if (track.is_long_over()) return true;
      all = all && (track.is_over() || in.track(number).kind == sl::Kind::Data);
    }
    return all;
  }

  void end_here(sl::Writer& out) {
    for (auto& [number, track] : cuts_) track.at_end();
    out.end();
  }

  void refuse_nothing(const sl::Reader& in) const {
    bool over = !cuts_.empty() && !in.stopped_here();
    for (const auto& [number, track] : cuts_) over = over && track.ended_before();
    if (over) throw sl::Error(sl::Status::Usage, in.name() + ": it ends before FROM");
  }

  std::map<std::uint16_t, sl::SpanCut> cuts_;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-trim", "Keep what lies between two times, on all tracks.");
  tool.example("sl-trim 0.5s:1s film.mp4 -o part.mkv");
  tool.example("sl-decode film.mkv | sl-trim --shift 500ms: | sl-encode -o rest.mkv",
               "from half a second on, as from 0");
  tool.example("sl-decode in.jpg | sl-trim 0:1s | sl-encode .png > out.png", "a still is shown at 0");
  tool.describe(
      "FROM belongs to it, TO does not; either may be left out. What comes after TO is read to the end, so that its "
      "failure "
      "is told, unless --stop is given (for a source that has no end). Times are those of the stream, which need not "
      "begin at "
      "0, and they stay, as with ffmpeg's trim; --shift makes FROM the new 0. The picture that is shown at FROM "
      "begins there, and the last one ends at TO. Sound is cut to the sample: the first one's time is FROM.");
  tool.describe(
      "Packets are not decoded: those of pictures are kept in whole groups, from the key frame at or before FROM to "
      "the "
      "one at or after TO, and those outside are marked not to be shown; those of sound are kept whole.");

  TrimStage stage;
  std::string range;
  tool.argument("FROM:TO", range, "times: 2s:5s, 90:, :1m, 00:01:00,00:02:30.5");
  tool.option("--shift", stage.options.shift, "FROM becomes time 0");
  tool.option("--stop", stage.stop, "end at TO, without reading on; what writes to this stage is ended, too");
  tool.accept_compressed();
  tool.check([&] {
    stage.options.range = sl::parse_time_range("FROM:TO", range);
    if (stage.options.shift && !stage.options.range.start) {
      throw sl::Error(sl::Status::Usage, "--shift needs FROM");
    }
    if (stage.stop && !stage.options.range.stop) throw sl::Error(sl::Status::Usage, "--stop needs TO");
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
