// Sound of several inputs added, sample by sample.
//
// Each input has a queue, in which what comes lies where its times say. What is known of all queues is added in their
// order, in blocks on a grid of their own: so the sum depends neither on when what came nor on how it was cut.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
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

  // A frame goes on where the one before ended, unless its time says otherwise by more than its ticks can tell. Sound
  // is never put on sound of its own input.
  void open(const Track& track, const Frame& frame);
  // A piece of that frame. Throws Data where its place is out of all bounds. Of what lies before `sent` nothing is
  // kept. False where some of it does: it came too late.
  bool put(const Track& track, std::span<const std::byte> bytes, bool damaged, SamplePosition sent);
  // Nothing comes before this place.
  void reach(SamplePosition at) { known_ = std::max(known_, at); }

  [[nodiscard]] SamplePosition known() const { return known_; }  // nothing comes before it any more
  [[nodiscard]] SamplePosition end() const { return end_; }      // of all that came
  [[nodiscard]] std::size_t bytes() const { return bytes_; }     // that wait

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
  SamplePosition next_ = no_position;  // where the next sample belongs if nothing else is said
  SamplePosition known_ = no_position, end_ = no_position;
  bool damaged_ = false;  // the open frame
  std::size_t bytes_ = 0;
  std::deque<Segment> segments_;
};

class SoundSum {
 public:
  // `track` is that of the sum: its channels and its format.
  explicit SoundSum(const Track& track);

  struct Block {
    SamplePosition at = 0, count = 0;
    std::span<const std::byte> bytes;  // valid until the next call
    bool damaged = false;
  };
  // The next block that has any sound and of which everything is known, of what is before `limit`; nothing if there is
  // none yet. `gains` are factors, one for each queue.
  std::optional<Block> next(std::span<SoundQueue> queues, std::span<const double> gains, SamplePosition limit);
  // All before it was given.
  [[nodiscard]] SamplePosition sent() const { return sent_; }

 private:
  void add(SoundQueue::Segment& segment, SamplePosition end, double gain);

  std::size_t channels_;
  SampleType type_;
  SamplePosition grid_;  // blocks end at multiples of it
  SamplePosition sent_ = no_position;
  std::vector<double> sums_, values_;
  std::vector<std::byte> bytes_;
};

}  // namespace sl
