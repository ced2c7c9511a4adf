// Moving times by the known ends of parts.

#include "libcore/frames/concat_times.h"

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"

namespace sl {

void PartTimes::bad(const std::string& what) const { throw Error(Status::Data, name_ + ": " + what); }

bool PartTimes::holds(const Rational& base) const {
  const auto common = common_time_base(time_base_, base);
  return common && *common == time_base_;
}

void PartTimes::begin(std::string name) {
  ++parts_;
  name_ = std::move(name);
  tracks_.clear();
  offset_.reset();
}

void PartTimes::end() {
  if (offset_) end_before_ = end_;
  end_.reset();
}

std::int64_t PartTimes::ticks(std::int64_t count, const Rational& base) const {
  if (count == no_time) return no_time;
  std::int64_t result = 0;
  if (__builtin_mul_overflow(count, base.num * time_base_.den / (base.den * time_base_.num), &result)) {
    bad("a time out of bounds");
  }
  return result;
}

std::int64_t PartTimes::sum(std::int64_t a, std::int64_t b) const {
  std::int64_t result = 0;
  if (a == no_time) return no_time;
  if (__builtin_add_overflow(a, b, &result)) bad("a time out of bounds");
  return result;
}

std::int64_t PartTimes::moved(std::int64_t time, const Rational& base) const {
  return sum(ticks(time, base), offset_.value());
}

void PartTimes::place(const Track& track, const Frame& frame) {
  offset_ = 0;
  if (parts_ == 1) return;
  if (frame.pts == no_time) bad("its first frame has no time: --rate gives it one");
  if (!end_before_) bad("the part before it has no known end: --rate gives frames a duration");
  std::int64_t offset = 0;
  if (__builtin_sub_overflow(*end_before_ - overlap_, ticks(frame.pts, track.time_base), &offset)) {
    bad("a time out of bounds");
  }
  offset_ = offset;
}

Frame PartTimes::placed(const Track& track, const Frame& frame, std::uint16_t as) {
  if (!offset_) place(track, frame);
  Frame result = frame;
  result.pts = moved(frame.pts, track.time_base);
  result.dts = moved(frame.dts, track.time_base);
  result.duration = ticks(frame.duration, track.time_base);
  if (frame.pts == no_time) return result;
  TrackEnd& last = tracks_[as];
  if (last.pts != no_time && result.pts > last.pts) last.step = result.pts - last.pts;
  last.pts = result.pts;
  last.samples = 0;
  const bool takes_samples = track.kind == Kind::Audio && frame.duration < 0;  // which give its length
  if (takes_samples) return result;
  Track sent = track;
  sent.time_base = time_base_;
  const std::int64_t length = track.kind == Kind::Video
                                  ? frame_length(sent, result, track.rate.num == 0 ? last.step : no_time)
                                  : result.duration;
  if (length != no_time) {
    note_length(last, length);
  } else if (track.kind == Kind::Data) {
    note_length(last, 0);
  }
  return result;
}

void PartTimes::add_samples(const Track& track, std::uint16_t as, std::uint64_t count) {
  TrackEnd& last = tracks_[as];
  last.samples += count;
  if (last.pts != no_time) {
    note_length(last, rescale(static_cast<std::int64_t>(last.samples), {1, track.sample_rate}, time_base_));
  }
}

void PartTimes::note_length(const TrackEnd& last, std::int64_t length) {
  const std::int64_t end = sum(last.pts, length);
  if (!end_ || *end_ < end) end_ = end;
}

}  // namespace sl
