// Queues of sound, and their sum.

#include "libcore/sound/mixer.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/media/track.h"

namespace sl {

SamplePosition later(SamplePosition at, SamplePosition count) {
  SamplePosition sum = 0;
  return __builtin_add_overflow(at, count, &sum) ? never : sum;
}

void SoundQueue::open(const Track& track, const Frame& frame) {
  damaged_ = (frame.flags & frame_flag::damaged) != 0;
  const Rational sample{1, track.sample_rate};
  const SamplePosition said = rescale(frame.pts, track.time_base, sample);  // no_time is no_position
  const Rational& base = track.time_base;
  const SamplePosition tick = base == sample ? 0 : base.num * sample.den / base.den + 1;
  if (next_ == no_position) {
    next_ = said == no_position ? 0 : said;
  } else if (said != no_position && said > later(next_, tick)) {
    next_ = said;
  }
  reach(next_);
}

bool SoundQueue::put(const Track& track, std::span<const std::byte> bytes, bool damaged, SamplePosition sent) {
  Segment segment;
  segment.at = next_;
  segment.type = sample_type(track);
  segment.count = static_cast<SamplePosition>(bytes.size() / (sample_bytes(segment.type) * track.channels));
  segment.damaged = damaged_ || damaged;
  if (__builtin_add_overflow(next_, segment.count, &next_)) {
    throw Error(Status::Data, name_ + ": a time out of bounds");
  }
  reach(next_);
  end_ = std::max(end_, next_);
  const bool in_time = segment.at >= sent;
  if (next_ > sent && segment.count != 0) {
    segment.bytes.assign(bytes.begin(), bytes.end());
    bytes_ += bytes.size();
    segments_.push_back(std::move(segment));
  }
  return in_time;
}

double SoundQueue::level(SamplePosition from, SamplePosition to, std::size_t channels) const {
  double sum = 0;
  std::vector<double> values;
  for (const Segment& segment : segments_) {
    if (segment.at >= to) break;
    const SamplePosition first = std::max(from, segment.at), end = std::min(to, segment.at + segment.count);
    if (first >= end) continue;
    const std::size_t frame_bytes = channels * sample_bytes(segment.type);
    const std::size_t skipped =
        segment.bytes.size() - static_cast<std::size_t>(segment.count - (first - segment.at)) * frame_bytes;
    values.resize(static_cast<std::size_t>(end - first) * channels);
    const std::span<const std::byte> bytes(segment.bytes);
    read_samples(segment.type, bytes.subspan(skipped, static_cast<std::size_t>(end - first) * frame_bytes), values);
    for (const double value : values) sum += value * value;
  }
  return std::sqrt(sum / (static_cast<double>(to - from) * static_cast<double>(channels)));
}

void SoundQueue::drop_empty() {
  while (!segments_.empty() && segments_.front().count == 0) {
    bytes_ -= segments_.front().bytes.size();
    segments_.pop_front();
  }
}

SoundSum::SoundSum(const Track& track)
    : channels_(track.channels),
      type_(sample_type(track)),
      grid_(std::clamp<SamplePosition>((1 << 20) / track.channels, 1, 1024)) {}

std::optional<SoundSum::Block> SoundSum::next(std::span<SoundQueue> queues, const Gains& gains, SamplePosition limit) {
  SamplePosition known = never, first = never;
  for (const SoundQueue& queue : queues) {
    known = std::min(known, queue.known_);
    if (!queue.segments_.empty()) first = std::min(first, queue.segments_.front().at);
  }
  const SamplePosition start = std::max(sent_, first);
  const SamplePosition block_start = start - ((start % grid_) + grid_) % grid_;
  const SamplePosition block_end = std::min(later(block_start, grid_), limit);
  if (first == never || start >= limit || block_end > known) return std::nullopt;
  SamplePosition end = start;  // of the sound in the block
  for (const SoundQueue& queue : queues) {
    for (const SoundQueue::Segment& segment : queue.segments_) {
      if (segment.at >= block_end) break;
      end = std::max(end, std::min(block_end, later(segment.at, segment.count)));
    }
  }
  Block block{start, end - start, {}, 0, false};
  sent_ = start;
  sums_.assign(static_cast<std::size_t>(block.count) * channels_, 0.0);
  ramps_.clear();
  for (std::size_t i = 0; i < queues.size(); ++i) ramps_.push_back(gains(i, start, end));
  for (std::size_t i = 0; i < queues.size(); ++i) {
    for (SoundQueue::Segment& segment : queues[i].segments_) {
      if (segment.at >= end) break;
      block.damaged = block.damaged || segment.damaged;
      add(segment, end, ramps_[i]);
    }
    queues[i].drop_empty();
  }
  bytes_.resize(sums_.size() * sample_bytes(type_));
  block.beyond = write_samples(type_, sums_, bytes_);
  block.bytes = bytes_;
  sent_ = end;
  return block;
}

// Add the part of a segment before `end`, and keep the rest.
void SoundSum::add(SoundQueue::Segment& segment, SamplePosition end, const Ramp& gain) {
  const std::size_t frame_bytes = channels_ * sample_bytes(segment.type);
  const SamplePosition skipped = std::clamp<SamplePosition>(sent_ - segment.at, 0, segment.count);  // came too late
  const SamplePosition count = std::min(segment.count, end - segment.at) - skipped;
  const std::span<const std::byte> bytes(segment.bytes);
  const std::size_t first = bytes.size() - static_cast<std::size_t>(segment.count - skipped) * frame_bytes;
  if (count > 0) {
    values_.resize(static_cast<std::size_t>(count) * channels_);
    read_samples(segment.type, bytes.subspan(first, static_cast<std::size_t>(count) * frame_bytes), values_);
    double* sum = sums_.data() + static_cast<std::size_t>(segment.at + skipped - sent_) * channels_;
    if (gain.from == gain.to) {
      for (std::size_t k = 0; k < values_.size(); ++k) sum[k] += values_[k] * gain.from;
    } else {
      const double step = (gain.to - gain.from) / static_cast<double>(end - sent_);
      const SamplePosition before = segment.at + skipped - sent_;
      for (std::size_t k = 0; k < values_.size(); ++k) {
        const SamplePosition place = before + static_cast<SamplePosition>(k / channels_);
        sum[k] += values_[k] * (gain.from + step * static_cast<double>(place));
      }
    }
  }
  const SamplePosition gone = skipped + std::max<SamplePosition>(count, 0);
  segment.at += gone;
  segment.count -= gone;
}

}  // namespace sl
