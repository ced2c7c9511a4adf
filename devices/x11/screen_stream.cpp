// Moment n is n / rate after the start, and its frame has number and pts n, so both show which moments are missing.

#include "devices/x11/screen_stream.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"
#include "libcore/wire/events.h"
#include "libcore/wire/writer.h"

namespace sl::x11 {

namespace {

__extension__ using Wide = __int128;
constexpr std::uint16_t number = 1;  // of the track

class ScreenStream {
 public:
  ScreenStream(Recorder& recorder, CaptureTarget& target, const StreamSettings& settings, Writer& out)
      : recorder_(recorder), target_(target), settings_(settings), out_(out) {}

  void run(const StopRule& stop) {
    auto picture = recorder_.look();
    if (!picture) throw Error(Status::NoInput, "the window is not shown, so it has no picture");
    begin(*picture);
    const std::int64_t start = spoken_ = monotonic_now();
    bool stopped = false;
    std::uint64_t sent = 0;
    for (std::int64_t moment = 0; !stopped;) {
      tell_of_gap(picture.has_value(), moment);
      if (picture) {
        send(*picture, moment);
        ++sent;
      } else if (target_.state() == CaptureTarget::State::Gone) {
        stopped = true;
        break;
      }
      tell_of_silence(++moment);
      if (stop.stops_before(sent, time_of(moment))) break;
      stopped = wait_live(-1, start + time_of(moment), out_, number, moment) == Waited::Interrupted;
      if (stopped) break;
      moment = catch_up(moment, start, [&](std::int64_t at) { return stop.stops_before(sent, time_of(at)); });
      if (stop.stops_before(sent, time_of(moment))) break;
      picture = recorder_.look();
    }
    out_.end(nullptr, stopped);
  }

 private:
  [[nodiscard]] std::int64_t time_of(std::int64_t moment) const {
    return static_cast<std::int64_t>(Wide{moment} * ns_per_second * settings_.rate.den / settings_.rate.num);
  }
  [[nodiscard]] std::int64_t moment_at(std::int64_t time) const {
    return static_cast<std::int64_t>(Wide{time} * settings_.rate.num / settings_.rate.den / ns_per_second);
  }

  // Find the present moment. If the reader, the server or this process was slow, the earlier moments have passed:
  // report them as far as they belong to the stream.
  template <class IsBeyond>
  std::int64_t catch_up(std::int64_t moment, std::int64_t start, const IsBeyond& is_beyond) {
    std::int64_t current = moment_at(monotonic_now() - start);
    while (current > moment && is_beyond(current - 1)) --current;
    if (current <= moment) return moment;
    write_dropped(out_, number, static_cast<std::uint64_t>(moment), static_cast<std::uint64_t>(current - 1), "late");
    return current;
  }

  void begin(const Recorder::Picture& picture) {
    track_.live = true;
    track_.time_base = {settings_.rate.den, settings_.rate.num};
    track_.rate = settings_.rate;
    track_.pixels = picture.strip.format;
    track_.width = picture.strip.width;
    track_.height = picture.strip.rows;
    track_.color = {1, 13, 0, Range::Full, Chroma::Unknown};  // what screens are taken for: sRGB
    track_.bits = color_bits(target_.layout());
    Json rest = Json::object();
    if (settings_.changes) rest["sparse"] = true;
    if (!settings_.source.empty()) rest["source"] = settings_.source;
    track_.rest = write_json(rest);
    set_clock(track_, monotonic_clock_id(), (picture.round_trip + 1) / 2);
    out_.begin();
    out_.track(number, track_);
  }

  void send(const Recorder::Picture& picture, std::int64_t moment) {
    track_.width = picture.strip.width;
    track_.height = picture.strip.rows;
    out_.track(number, track_);
    Frame frame;
    frame.number = static_cast<std::uint64_t>(moment);
    frame.pts = moment;
    if (!settings_.changes) frame.duration = 1;
    frame.capture = picture.capture;
    frame.wall = utc_now() - (monotonic_now() - picture.capture);
    out_.frame(number, frame);
    out_.rows(number, picture.strip);
    spoken_ = monotonic_now();
  }

  // While a window is hidden nothing is recorded; a picture that has only not changed is no gap.
  void tell_of_gap(bool has_picture, std::int64_t moment) {
    const bool hidden = !has_picture && target_.state() != CaptureTarget::State::Gone &&
                        (!settings_.changes || target_.state() == CaptureTarget::State::Hidden);
    if (hidden && hidden_since_ < 0) hidden_since_ = moment;
    if (hidden || hidden_since_ < 0) return;
    write_gap(out_, number, std::exchange(hidden_since_, -1), moment, "the window is not shown");
  }

  void tell_of_silence(std::int64_t next) {
    const std::int64_t now = monotonic_now();
    if (now - spoken_ < ns_per_second * 4 / 5) return;
    write_tick(out_, number, next);
    spoken_ = now;
  }

  Recorder& recorder_;
  CaptureTarget& target_;
  const StreamSettings& settings_;
  Writer& out_;
  Track track_;
  std::int64_t spoken_ = 0, hidden_since_ = -1;
};

}  // namespace

void send_stream(Recorder& recorder, CaptureTarget& target, const StreamSettings& settings, const StopRule& stop,
                 Writer& out) {
  ScreenStream(recorder, target, settings, out).run(stop);
}

}  // namespace sl::x11
