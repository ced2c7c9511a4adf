// sl-pace: passes a stream on in real time, by the times of its frames.

#include <algorithm>
#include <optional>

#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/stage/live.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using sl::wire::Type;
__extension__ using Wide = __int128;
constexpr std::int64_t second = sl::ns_per_second;

class Pace {
 public:
  sl::Rational speed{1, 1};
  std::optional<std::int64_t> max_late;  // ns

  void start_stream() {
    clock_.reset();
    end_ = 0;
  }

  // A stream is over when its last frame is.
  void end_stream(sl::Writer& out) const {
    if (!clock_) return;
    out.flush();
    sl::wait_for(-1, end_);
  }

  void on_frame(const sl::Reader& in, sl::Writer& out, std::uint16_t number) {
    const sl::Track& track = in.track(number);
    const sl::Frame& frame = in.frame(number);
    const std::int64_t pts = frame.dts != sl::no_time ? frame.dts : frame.pts;  // packets come by dts
    if (pts == sl::no_time) return;
    std::int64_t due = when(pts, track.time_base);
    const std::int64_t time = sl::monotonic_now();
    const bool jump = (frame.flags & sl::frame_flag::discontinuity) != 0;
    if (!clock_ || jump || (max_late && time - due > *max_late)) {
      clock_ = sl::rescale(pts, track.time_base, {1, second});
      start_ = due = time;
    }
    if (due > time) wait(out, number, track, pts, due);
    end_ = std::max(end_, when(sl::add_time(pts, std::max<std::int64_t>(frame.duration, 0)), track.time_base));
  }

 private:
  std::int64_t when(std::int64_t pts, const sl::Rational& base) const {
    if (!clock_) return 0;
    const Wide ns = (Wide{sl::rescale(pts, base, {1, second})} - *clock_) * speed.den / speed.num;
    constexpr Wide most = Wide{1} << 60;  // 36 years
    return start_ + static_cast<std::int64_t>(std::clamp(ns, -most, most));
  }

  static void wait(sl::Writer& out, std::uint16_t number, const sl::Track& track, std::int64_t pts, std::int64_t due) {
    if (track.live) {
      sl::wait_live(-1, due, out, number, pts);
    } else {
      out.flush();
      sl::wait_for(-1, due);
    }
  }

  std::optional<std::int64_t> clock_;  // ns of the stream's own time, at ...
  std::int64_t start_ = 0, end_ = 0;   // ... this time of ours; when the last frame is over
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-pace", "Pass a stream on in real time, by the times of its frames.");
  tool.example("sl-decode film.mkv | sl-pace | sl-encode .ts > live.ts");
  tool.example("sl-decode film.mkv | sl-pace --speed 8 | sl-encode -o out.mkv");
  tool.example("sl-decode in.jpg | sl-pace | sl-encode .png > out.png", "a still goes on at once");
  tool.describe(
      "The first frame goes on at once, whatever its time; the others when they are due, as counted from it, on all "
      "tracks. A frame that is late goes on at once, and so do those behind it until the stream has caught up, unless "
      "--max-late makes the clock start anew. It starts anew at a frame that is marked as the first behind a gap, too. "
      "Live tracks are paced like others, as a recording of them needs it; in time with their source they do not "
      "wait.");

  Pace pace;
  std::string speed = "1", late;
  tool.option("--speed", speed, "FACTOR", "times as fast: 2, 0.5, 24/25; times in the stream stay");
  tool.option("--max-late", late, "TIME", "later than that, do not catch up: go on at the pace from here");
  tool.accept_compressed();
  tool.check([&] {
    pace.speed = sl::parse_ratio("--speed", speed);
    if (!late.empty()) pace.max_late = sl::ticks_up(sl::parse_seconds("--max-late", late), {1, second});
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    while (const auto record = in.next()) {
      if (record->type == Type::Start) pace.start_stream();
      if (record->type == Type::Frame) pace.on_frame(in, out, record->track);
      if (record->type == Type::End) pace.end_stream(out);
      in.pass(*record, out);
    }
  });
}
