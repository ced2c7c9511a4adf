// sl-pace: pass a stream on in real time, by the times of its frames.

#include <algorithm>
#include <optional>

#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"
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
  std::optional<sl::Seconds> max_late;

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
    if (!clock_ || jump || (max_late && time - due > sl::ticks_up(*max_late, {1, second}))) {
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
    constexpr Wide max = Wide{1} << 60;  // 36 years
    return start_ + static_cast<std::int64_t>(std::clamp(ns, -max, max));
  }

  static void wait(sl::Writer& out, std::uint16_t number, const sl::Track& track, std::int64_t pts, std::int64_t due) {
    if (track.live) {
      sl::wait_live(-1, due, out, number, pts);
    } else {
      out.flush();
      sl::wait_for(-1, due);
    }
  }

  std::optional<std::int64_t> clock_;  // ns of the stream's time, at ...
  std::int64_t start_ = 0, end_ = 0;   // ... this monotonic time; the end of the last frame
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-pace", "Pass a stream on in real time, by the times of its frames.");
  tool.example("sl-decode film.mkv | sl-pace | sl-encode .ts > live.ts");
  tool.example("sl-decode film.mkv | sl-pace --speed 8 | sl-encode -o out.mkv");
  tool.example("sl-decode in.jpg | sl-pace | sl-encode .png > out.png", "a still passes at once");
  tool.describe(
      "The first frame passes at once; the others, on all tracks, when their time since the first one is over. A late "
      "frame passes at once, and so do the following ones until the stream has caught up, unless --max-late restarts "
      "the clock. The clock also restarts at a frame that is marked as the first after a gap. Live tracks are paced "
      "like others, for recordings of them; a stream in time with its source does not wait.");

  Pace pace;
  tool.option("--speed", pace.speed, "FACTOR", "times as fast: 2, 0.5, 24/25; times in the stream do not change");
  tool.option("--max-late", pace.max_late, "TIME",
              "do not catch up if a frame is later than this: continue at the normal pace from there");
  tool.accept_compressed();
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    while (const auto record = in.next()) {
      if (record->type == Type::Start) pace.start_stream();
      if (record->type == Type::Frame) pace.on_frame(in, out, record->track);
      if (record->type == Type::End) pace.end_stream(out);
      in.pass(*record, out);
    }
  });
}
