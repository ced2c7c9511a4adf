// Reading for a viewer, one record at a time.

#include "devices/display/viewer/intake.h"

#include <numeric>

#include "libcore/base/limits.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/sound/samples.h"

namespace sl::viewer {

namespace {

using wire::Type;
constexpr Rational ns{1, ns_per_second};

}  // namespace

bool Intake::ready() const { return !ended_ && (in_.source().is_remote() || !in_.source().would_wait()); }

bool Intake::take() {
  if (ended_) return false;
  const auto record = in_.next();
  if (!record) {
    ended_ = true;
    return false;
  }
  const std::uint16_t number = record->track;
  switch (record->type) {
    case Type::Start:
      ++stream_;
      pictures_ = 0;
      next_time_ = 0;
      shown_ = sound_ = 0;
      break;
    case Type::Track:
      on_track(number);
      break;
    case Type::Frame:
      on_frame(number);
      break;
    case Type::Rows:
      if (number == shown_) on_rows();
      break;
    case Type::Bytes:
      if (number == sound_) on_sound(*record);
      break;
    case Type::End:
      if (pictures_ == 1 && !first_->track->live) first_->kind = Picture::Kind::Still;
      open_.reset();
      first_.reset();
      break;
    default:
      break;
  }
  if (out_ != nullptr) in_.pass(*record, *out_);
  return true;
}

void Intake::on_track(std::uint16_t number) {
  const Track& track = in_.track(number);
  if (number == shown_) track_ = std::make_shared<const Track>(track);
  if (choice_ && !choice_->includes(in_, number)) return;
  if (track.is_raw_video() && shown_ == 0) {
    shown_ = number;
    track_ = std::make_shared<const Track>(track);
  } else if (track.is_raw_audio() && sound_ == 0 && speaker_ != nullptr && speaker_->open(track)) {
    sound_ = number;
  }
}

void Intake::on_frame(std::uint16_t number) {
  const Frame& frame = in_.frame(number);
  const Track& track = in_.track(number);
  const std::int64_t time = rescale(frame.pts, track.time_base, ns);
  if (number == sound_ && time != no_time) sound_end_ = time;
  if (number != shown_) return;
  check_memory("frame " + std::to_string(frame.number), strip_bytes(*track.pixels, track.width, track.height),
               "a picture to be shown");
  open_ = std::make_shared<Picture>();
  open_->track = track_;
  open_->frame = frame;
  open_->stream = stream_;
  open_->duration =
      frame.duration == no_time ? 0 : std::max<std::int64_t>(rescale(frame.duration, track.time_base, ns), 0);
  open_->time = time != no_time ? time : next_time_;
  const Rational rate = track.rate.num > 0 ? track.rate : Rational{25, 1};
  next_time_ = add_time(open_->time, open_->duration > 0 ? open_->duration : ns_per_second * rate.den / rate.num);
  open_->samples.resize(strip_bytes(*track.pixels, track.width, track.height));
}

void Intake::on_rows() {
  const Strip strip = in_.strip();
  const Track& track = *open_->track;
  const Strip whole = packed_strip(*track.pixels, track.width, track.height, open_->samples.data());
  copy_rows(strip, part_of(whole, strip.first, strip.rows));
  if (!strip.last) return;
  if ((open_->frame.flags & frame_flag::hidden) == 0) {
    if (++pictures_ == 1) {
      first_ = open_;
      if (!track.live && open_->frame.duration == no_time) open_->kind = Picture::Kind::Unknown;
    } else {
      first_->kind = Picture::Kind::Moving;
    }
    queue.push_back(std::move(open_));
  }
  open_.reset();
}

void Intake::on_sound(const wire::Header& record) {
  const Track& track = in_.track(record.track);
  const std::span<const std::byte> samples = in_.body();
  const std::size_t step = sample_bytes(sample_type(track)) * track.channels;
  const std::int64_t length = rescale(static_cast<std::int64_t>(samples.size() / step), {1, track.sample_rate}, ns);
  sound_end_ = add_time(sound_end_, length);
  if (sound_end_ <= sound_from_) return;
  speaker_->queue(samples);
}

void Intake::stop() {
  if (out_ == nullptr || ended_) return;
  queue.clear();
  shown_ = sound_ = 0;
  while (in_.in_frame() && take()) {
  }
  if (!in_.may_stop()) fail_interrupted();  // the rest is missing
  if (out_->in_stream()) out_->end(nullptr, true);
}

std::uint64_t Intake::queued_bytes() const {
  return std::accumulate(
      queue.begin(), queue.end(), std::uint64_t{0},
      [](std::uint64_t sum, const PicturePointer& picture) { return sum + picture->samples.size(); });
}

std::optional<std::int64_t> Intake::heard() const {
  if (sound_ == 0) return std::nullopt;
  const std::int64_t queued = speaker_->queued();
  if (queued == 0) return std::nullopt;
  return subtract_time(sound_end_, queued);
}

void Intake::skip_sound_until(std::int64_t time) {
  sound_from_ = time;
  if (sound_ != 0) speaker_->clear();
}

}  // namespace sl::viewer
