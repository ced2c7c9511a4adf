// Choosing the place to start decoding, and the frame among those that follow.

#include "formats/av/decode/frame_seeker.h"

#include "libcore/base/time_text.h"
#include "libcore/process/signals.h"

namespace sl::av {

FrameSeeker::FrameSeeker(Film& film, Film::Part& part, std::function<void(const AVPacket&)> on_other)
    : film_(film),
      part_(part),
      start_time_(film.demuxer().stream(part.stream).start_time),
      on_other_(std::move(on_other)) {}

// Decode from the start of the film, which is its position now.
void FrameSeeker::begin() {
  untouched_ = false;
  not_before_ = no_time;
  pull(current_);
  pull(following_);
  knows_first_ = true;
  if (current_) first_pts_ = current_->pts;
}

std::int64_t FrameSeeker::first_pts() {
  if (!knows_first_) {
    if (!untouched_) {
      film_.demuxer().rewind();
      forget();
    }
    begin();
  }
  return first_pts_;
}

bool FrameSeeker::is_shown(std::int64_t tick) const {
  return current_ && current_->pts <= tick && tick < end_of_current();
}

std::int64_t FrameSeeker::end_of_current() const {
  if (following_) return following_->pts;
  const std::int64_t duration = part_.frames->duration_of(*current_->frame);
  return current_->pts + std::max<std::int64_t>(1, duration == no_time ? 1 : duration);
}

bool FrameSeeker::go_to(std::int64_t tick, std::int64_t last) {
  if (is_shown(tick)) return true;
  last_ = std::max(tick, last);
  film_.demuxer().hint_read_range(part_.stream, tick, last_, packets_in_flight());
  // The header has the start of the film, but its first frame may be another.
  const std::int64_t start = knows_first_ ? first_pts_ : start_time_;
  if ((start == AV_NOPTS_VALUE || tick <= start) && (first_pts() == no_time || tick < first_pts_)) return false;
  const bool is_past = !untouched_ && (!current_ || tick < current_->pts);
  if (!is_past && !nearer_by_seeking(tick)) {
    if (untouched_) begin();
    return step_to(tick);
  }
  // A decoder may omit the first frames after a key frame that is no full restart (an open group, a gradual refresh):
  // then start at the previous key frame.
  std::int64_t from = tick;
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (start_before(from) && step_to(tick)) return true;
    if (not_before_ == no_time) return false;  // decoding began at the start
    from = not_before_ - 1;
  }
  return false;
}

bool FrameSeeker::go_near(std::int64_t tick) {
  const bool is_past = !untouched_ && (!current_ || tick < current_->pts);
  if (is_past || is_shown(tick) || !nearer_by_seeking(tick)) return go_to(tick);
  return start_before(tick);
}

// How many more packets the decoder needs to emit a frame and the next one than those decoded before the frame is
// shown.
int FrameSeeker::packets_in_flight() {
  const AVCodecContext& context = part_.decoder->context();
  return (context.active_thread_type & FF_THREAD_FRAME) != 0 ? context.thread_count : 1;
}

bool FrameSeeker::step_to(std::int64_t tick) {
  while (current_ && !is_shown(tick)) {
    if (current_->pts > tick || !advance()) return false;
  }
  return current_.has_value();
}

bool FrameSeeker::advance() {
  if (!following_) {
    return false;
  }
  current_ = std::move(following_);
  following_.reset();
  pull(following_);
  return true;
}

// Whether to seek to another key frame: one is known between the decoded frames and `tick`, or `tick` is far.
bool FrameSeeker::nearer_by_seeking(std::int64_t tick) {
  if ((!untouched_ && !following_) || !film_.demuxer().can_seek()) return false;
  AVStream& stream = film_.demuxer().stream(part_.stream);
  const std::int64_t next = untouched_ ? start_time_ : following_->pts;
  const int entry = av_index_search_timestamp(&stream, tick, AVSEEK_FLAG_BACKWARD);
  const AVIndexEntry* const key = avformat_index_get_entry(&stream, entry);
  // Transport and program streams index only the parts already read.
  const bool has_index = (film_.demuxer().context().iformat->flags & AVFMT_TS_DISCONT) == 0;
  if (key != nullptr && has_index) {
    const std::int64_t here = packet_->dts != AV_NOPTS_VALUE && !at_end_ ? packet_->dts : next;
    if (key->timestamp > std::max(here, next)) return true;
    // Some containers read their index when they seek for the first time.
    const int last = avformat_index_get_entries_count(&stream) - 1;
    if (has_sought_ || avformat_index_get_entry(&stream, last)->timestamp >= tick) return false;
  }
  // In a playlist, continuing costs bytes, and a seek costs a segment or two.
  const bool lists = film_.demuxer().is_playlist();
  const std::int64_t far = lists ? 5 : untouched_ && !film_.demuxer().is_remote() ? 2 : 10;
  return compare_times(tick - next, part_.frames->track().time_base, far, {1, 1}) > 0;
}

// Containers seek by decoding time, and some arrive too late: go further back until the first key frame is shown at or
// before `tick`.
bool FrameSeeker::start_before(std::int64_t tick) {
  Demuxer& demuxer = film_.demuxer();
  const Rational time_base = part_.frames->track().time_base;
  const std::int64_t second = std::max<std::int64_t>(1, rescale(1, {1, 1}, time_base));
  const std::int64_t start = knows_first_ ? first_pts_ : start_time_;
  const std::int64_t lowest = start - 10 * second;
  untouched_ = false;
  has_sought_ = true;
  // Each step in a playlist fetches a segment.
  std::int64_t step = demuxer.is_playlist() ? second : 1;
  for (std::int64_t target = tick;; step *= 2) {
    demuxer.hint_read_range(part_.stream, target, last_, packets_in_flight());
    const bool found = demuxer.seek(part_.stream, target);
    if (!found && target >= start) {
      throw Error(Status::Data, demuxer.name() + ": seeking to " + seconds_text(tick, time_base) + " failed");
    }
    forget();
    if (found) read_key_packet();
    if (found && !at_end_) {
      const std::int64_t dts = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
      not_before_ = packet_->pts != AV_NOPTS_VALUE ? packet_->pts : dts;
      if (not_before_ <= tick) break;
      target = std::min(target, dts);
    }
    if (!found || target < lowest) {  // no key frame before it: decode from the start
      demuxer.rewind();
      forget();
      begin();
      return current_.has_value();
    }
    target -= step;
  }
  pull(current_);
  pull(following_);
  return current_.has_value();
}

void FrameSeeker::read_key_packet() {
  while (!pending_ && !at_end_) {
    check_interrupt();
    av_packet_unref(packet_.get());
    at_end_ = !film_.demuxer().read(*packet_);
    pending_ = !at_end_ && packet_->stream_index == part_.stream && (packet_->flags & AV_PKT_FLAG_KEY) != 0;
  }
}

void FrameSeeker::forget() {
  for (Film::Part& part : film_.parts()) {
    if (part.decoder) part.decoder->flush();
  }
  decoded_.clear();
  current_.reset();
  following_.reset();
  pending_ = at_end_ = false;
}

// Decode a packet; false at the end of the stream.
bool FrameSeeker::feed() {
  const auto keep = [this](AVFrame& frame, bool damaged) {
    const std::int64_t pts = part_.frames->time_of(frame);
    if (not_before_ != no_time && pts < not_before_) return;
    FramePtr own = new_frame();
    av_frame_move_ref(own.get(), &frame);
    decoded_.push_back({std::move(own), pts, damaged});
  };
  while (!at_end_) {
    if (!pending_) {
      av_packet_unref(packet_.get());
      pending_ = film_.demuxer().read(*packet_);
    }
    check_interrupt();
    if (!pending_) {
      at_end_ = true;
      part_.decoder->decode(nullptr, keep);
      return true;
    }
    pending_ = false;
    if (packet_->stream_index == part_.stream) {
      part_.decoder->decode(packet_.get(), keep);
      return true;
    }
    if (on_other_) on_other_(*packet_);
  }
  return false;
}

bool FrameSeeker::pull(std::optional<Shown>& into) {
  while (decoded_.empty()) {
    if (!feed()) return false;
  }
  into = std::move(decoded_.front());
  decoded_.pop_front();
  return true;
}

}  // namespace sl::av
