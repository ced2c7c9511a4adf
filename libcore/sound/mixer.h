// Sound of several inputs added, sample by sample.
//
// Each input has a queue, in which its sound lies by time. The stretch that all queues know is added in the order of
// the queues, in blocks on a fixed grid: so the sum depends neither on the order of arrival nor on how sound was cut.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/media/frame.h"
#include "libcore/sound/samples.h"

namespace sl {

// A place in the sound, in samples from time 0.
using SamplePosition = std::int64_t;
inline constexpr SamplePosition no_position = std::numeric_limits<SamplePosition>::min(),
                                never = std::numeric_limits<SamplePosition>::max();
// Saturates at `never`.
[[nodiscard]] SamplePosition later(SamplePosition at, SamplePosition count);

// The sound of one input that waits to be added.
class SoundQueue {
 public:
  // `name` is for messages.
  explicit SoundQueue(std::string name) : name_(std::move(name)) {}

  // A frame follows the one before without a gap, unless its time differs by more than a tick can express. Sound of
  // one input never overlaps.
  void open(const Track& track, const Frame& frame);
  // A piece of that frame. Throws Data if its place is out of bounds. Samples before `sent` came too late and are
  // dropped; returns false if any were.
  bool put(const Track& track, std::span<const std::byte> bytes, bool damaged, SamplePosition sent);
  // Nothing comes before this place.
  void reach(SamplePosition at) { known_ = std::max(known_, at); }

  [[nodiscard]] SamplePosition known() const { return known_; }  // nothing comes before it any more
  [[nodiscard]] SamplePosition end() const { return end_; }      // of all that came
  [[nodiscard]] std::size_t bytes() const { return bytes_; }     // that wait
  // The root of the mean square of all samples from one place up to another, of those that wait.
  [[nodiscard]] double level(SamplePosition from, SamplePosition to, std::size_t channels) const;

 private:
  friend class SoundSum;
  struct Segment {
    SamplePosition at = 0, count = 0;
    SampleType type = SampleType::S16;
    std::vector<std::byte> bytes;
    bool damaged = false;
  };
  void drop_empty();

  std::string name_;
  SamplePosition next_ = no_position;  // of the next sample, unless its frame's time says otherwise
  SamplePosition known_ = no_position, end_ = no_position;
  bool damaged_ = false;  // the open frame
  std::size_t bytes_ = 0;
  std::deque<Segment> segments_;
};

class SoundSum {
 public:
  // `track` has the channels and the format of the sum.
  explicit SoundSum(const Track& track);

  struct Block {
    SamplePosition at = 0, count = 0;
    std::span<const std::byte> bytes;  // valid until the next call
    std::size_t beyond = 0;            // samples beyond full scale, which are cut off
    bool damaged = false;
  };
  // The factors of a block's first sample and of the one after its end; straight in between.
  struct Ramp {
    double from = 1, to = 1;
  };
  using Gains = std::function<Ramp(std::size_t queue, SamplePosition from, SamplePosition to)>;
  // The next block before `limit` that has any sound and is fully known; nothing if none is yet. `gains` is called once
  // for each queue in their order, before the sound of the block is taken out of them.
  std::optional<Block> next(std::span<SoundQueue> queues, const Gains& gains, SamplePosition limit);
  // All before it was given.
  [[nodiscard]] SamplePosition sent() const { return sent_; }
  // Blocks end at multiples of it, at the limit, and at the end of sound.
  [[nodiscard]] SamplePosition grid() const { return grid_; }

 private:
  void add(SoundQueue::Segment& segment, SamplePosition end, const Ramp& gain);

  std::size_t channels_;
  SampleType type_;
  SamplePosition grid_;
  SamplePosition sent_ = no_position;
  std::vector<double> sums_, values_;
  std::vector<Ramp> ramps_;
  std::vector<std::byte> bytes_;
};

}  // namespace sl
