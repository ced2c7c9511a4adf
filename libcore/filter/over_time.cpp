// The window over time slides by one picture when one completes.

#include "libcore/filter/over_time.h"

#include <utility>
#include <vector>

#include "libcore/filter/per_track.h"
#include "libcore/filter/point.h"
#include "libcore/frames/frame_window.h"

namespace sl {

namespace {

class TrackOverTime {
 public:
  TrackOverTime(Reader& in, Writer& out, std::uint16_t number, TimeSpan span, const TimeKernel& kernel)
      : in_(in), out_(out), number_(number), span_(span), kernel_(kernel), window_(in, number), writer_(out, number) {
    writer_.announce(in.track(number));
  }

  void on_record(const wire::Header& record) {
    if (!in_.track(number_).is_raw_video()) {
      finish();
      return pass_untied(in_, record, out_);
    }
    if (!window_.takes(record)) return pass_untied(in_, record, out_);
    if (window_.take(record)) return send_ready(false);
    for (std::size_t i = 0; i < next_; ++i) writer_.send(std::exchange(window_.pictures()[i].after, {}));
  }

  void at_end() { finish(); }

 private:
  void finish() {
    send_ready(true);
    window_.pictures().clear();
    next_ = 0;
  }

  void send_ready(bool all) {
    auto& pictures = window_.pictures();
    while (next_ < pictures.size() && (all || pictures.size() - next_ > span_.after)) {
      send_next();
      ++next_;
      for (; next_ > span_.before; --next_) pictures.pop_front();
    }
  }

  void send_next() {
    auto& pictures = window_.pictures();
    std::size_t first = next_, last = next_;
    while (first > 0 && next_ - first < span_.before && FrameWindow::are_joined(pictures[first - 1], pictures[first])) {
      --first;
    }
    while (last + 1 < pictures.size() && last - next_ < span_.after &&
           FrameWindow::are_joined(pictures[last], pictures[last + 1])) {
      ++last;
    }
    std::vector<Strip> strips;
    for (std::size_t i = first; i <= last; ++i) strips.push_back(pictures[i].image.strip());
    const Track& track = pictures[next_].context->track;
    if (made_.empty() || !(track == made_track_)) {
      made_ = Image(track, in_.name(), "a frame");
      made_track_ = track;
    }
    kernel_(track, {strips, next_ - first}, made_.strip());
    writer_.send(pictures[next_], track, made_.strip());
  }

  Reader& in_;
  Writer& out_;
  std::uint16_t number_;
  TimeSpan span_;
  const TimeKernel& kernel_;
  FrameWindow window_;
  PictureWriter writer_;
  std::size_t next_ = 0;  // the picture of the window to be made next
  Image made_;
  Track made_track_;
};

}  // namespace

void map_over_time(Reader& in, Writer& out, TimeSpan span, const TimeKernel& kernel) {
  per_track<TrackOverTime>(
      in, out,
      [&](std::uint16_t number) {
        const bool raw = in.track(number).is_raw_video();
        return raw ? std::make_unique<TrackOverTime>(in, out, number, span, kernel) : nullptr;
      },
      pass_untied);
}

}  // namespace sl
