// Positions are samples from time 0 of the stream.

#include "libcore/combine/mixed_sound.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/combine/frame_merge.h"
#include "libcore/filter/cut_off.h"
#include "libcore/media/stream_span.h"
#include "libcore/wire/events.h"
#include "libcore/wire/track_choice.h"

namespace sl {

using wire::Type;

std::uint16_t MixedSound::choose(std::size_t input) const {
  const Reader& in = inputs_.reader(input);
  const std::string choice = inputs_.option(input, "tracks");
  const auto is_sound = [&](std::uint16_t number) { return in.track(number).is_raw_audio(); };
  const auto picked = TrackChoice("tracks=", choice.empty() ? "audio" : choice).pick(in);
  const auto sound = std::ranges::find_if(picked, is_sound);
  return sound == picked.end() ? 0 : *sound;
}

std::uint16_t MixedSound::add(std::size_t input, std::int64_t start) {
  const std::uint16_t number = choose(input);
  if (number == 0) return 0;
  parts_.push_back({input, number, start});
  queues_.emplace_back(inputs_.title(input));
  check_alike(parts_.size() - 1);
  return number;
}

bool MixedSound::add_again(std::size_t part, std::int64_t start) {
  const std::uint16_t number = choose(parts_[part].input);
  if (number == 0) return false;
  parts_[part].number = number;
  parts_[part].start = start;
  check_alike(part);
  queues_[part] = SoundQueue(inputs_.title(parts_[part].input));
  queues_[part].reach(sum_->sent());
  return true;
}

void MixedSound::check_alike(std::size_t part) const {
  const auto format = [&](const Part& one) {
    const Track& track = inputs_.reader(one.input).track(one.number);
    return std::to_string(track.sample_rate) + " Hz and " + std::to_string(track.channels) + " channels";
  };
  const std::string own = format(parts_[part]);
  const std::string first =
      sum_ ? std::to_string(track_.sample_rate) + " Hz and " + std::to_string(track_.channels) + " channels"
           : format(parts_[0]);
  if (own == first) return;
  throw Error(Status::Data, inputs_.title(parts_[part].input) + " has " + own + " but the first has " + first +
                                ": sl-resample makes them alike");
}

// Return a time of a part's track with its start added.
std::int64_t MixedSound::moved(std::size_t part, std::int64_t ticks, const Track& track) const {
  const std::int64_t start = parts_[part].start;
  return start == 0 ? ticks : add_time(ticks, rescale(start, {1, 1'000'000'000}, track.time_base));
}

void MixedSound::begin(std::uint16_t number) {
  number_ = number;
  track_ = inputs_.reader(parts_[0].input).track(parts_[0].number);
  track_.time_base = {1, track_.sample_rate};
  sum_.emplace(track_);
  frames_ = 0;
}

std::optional<std::size_t> MixedSound::part_of(std::size_t input, std::uint16_t track) const {
  for (std::size_t i = 0; track != 0 && i < parts_.size(); ++i) {
    if (parts_[i].input == input && parts_[i].number == track) return i;
  }
  return std::nullopt;
}

SamplePosition MixedSound::position(std::int64_t ticks, const Rational& time_base) const {
  return rescale(ticks, time_base, track_.time_base);
}

SamplePosition MixedSound::lowest() const {
  SamplePosition lowest = never;
  for (const SoundQueue& queue : queues_) lowest = std::min(lowest, queue.known());
  return lowest;
}

bool MixedSound::take(std::size_t part, const wire::Header& record) {
  Reader& in = inputs_.reader(parts_[part].input);
  const Track& track = in.track(record.track);
  if (record.type == Type::Track) {
    check_alike(part);
  } else if (record.type == Type::Frame) {
    Frame frame = in.frame(record.track);
    frame.pts = moved(part, frame.pts, track);
    if (!frame.metadata.empty() || frame.capture != no_time) {
      report(lost_metadata_, "metadata and capture times of sound that is mixed");
    }
    queues_[part].open(track, frame);
  } else if (record.type == Type::Bytes) {
    store(part, record);
  } else if (record.type == Type::Event) {
    if (const auto tick = tick_time(in)) {
      queues_[part].reach(position(moved(part, *tick, track), track.time_base));
      return true;
    }
    const std::string name = parse_event(in.text()).name;
    return name == "tick" || name == "gap" || name == "dropped";  // of frames, which are not sent
  } else {
    return false;
  }
  return true;
}

void MixedSound::store(std::size_t part, const wire::Header& record) {
  const std::size_t input = parts_[part].input;
  Reader& in = inputs_.reader(input);
  const bool damaged = (record.flags & wire::piece_damaged) != 0;
  if (!queues_[part].put(in.track(record.track), in.body(), damaged, sum_->sent())) {
    report(lost_late_, "sound that came more than a second too late");
  }
  std::size_t queued = 0;
  for (const SoundQueue& queue : queues_) queued += queue.bytes();
  check_memory(inputs_.title(input), queued, "sound that waits for the other inputs");
}

void MixedSound::note_other(std::size_t part, const Track& track, const Frame& frame) {
  const SamplePosition at = position(moved(part, frame.pts, track), track.time_base);
  if (at == no_position || rest_flag(track, "sparse")) return;
  if (at > no_position + second()) queues_[part].reach(at - second());
  const std::int64_t length = frame_length(track, frame);
  const SamplePosition end = later(at, length == no_time ? 0 : position(length, track.time_base));
  parts_[part].end_of_others = std::max(parts_[part].end_of_others, end);
}

void MixedSound::report(bool& reported, const std::string& what) {
  if (!std::exchange(reported, true)) write_not_carried(out_, number_, what);
}

void MixedSound::send(const SoundSum::Gains& gains, SamplePosition limit) {
  while (const auto block = sum_->next(queues_, gains, limit)) {
    Frame frame;
    frame.number = frames_++;
    frame.pts = block->at;
    frame.duration = block->count;
    out_.frame(number_, frame);
    out_.bytes(number_, block->bytes, true, block->damaged);
    cut_off_ += block->beyond;
  }
}

void MixedSound::end() { report_cut_off(out_, number_, std::exchange(cut_off_, 0)); }

}  // namespace sl
