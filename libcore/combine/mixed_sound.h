// Sound of several inputs, by its times, and its sum as one track of the output.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/base/times.h"
#include "libcore/media/track.h"
#include "libcore/sound/mixer.h"
#include "libcore/stage/inputs.h"
#include "libcore/wire/writer.h"

namespace sl {

// Each part is a track of an input. Its sound waits until it can be added.
class MixedSound {
 public:
  // Both outlive it.
  MixedSound(Inputs& inputs, Writer& out) : inputs_(inputs), out_(out) {}

  // Add a part: the track of raw sound that the option `tracks` of an input picks, or else its first one. Return its
  // number, or 0 for an input without sound. `start`, in ns, is added to its times. Throw Data if its rate or channels
  // are not those of the first part.
  [[nodiscard]] std::uint16_t add(std::size_t input, std::int64_t start = 0);
  // Continue with another stream of an input, after its end: as add(), with `start` in ns. Return false if it has no
  // sound.
  bool add_again(std::size_t part, std::int64_t start);
  // Begin the sum, as track `number` of the output, in the format of the first part.
  void begin(std::uint16_t number);
  [[nodiscard]] const Track& track() const { return track_; }
  // As in SoundSum.
  [[nodiscard]] SamplePosition sent() const { return sum_->sent(); }
  [[nodiscard]] SamplePosition grid() const { return sum_->grid(); }

  [[nodiscard]] std::size_t parts() const { return parts_.size(); }
  [[nodiscard]] std::size_t input(std::size_t part) const { return parts_[part].input; }
  // The part that this track of an input is, if it is one.
  [[nodiscard]] std::optional<std::size_t> part_of(std::size_t input, std::uint16_t track) const;

  // Take a record of a part, which its reader is at. Return false for one that says nothing of the sound. Throw Data,
  // Limit.
  bool take(std::size_t part, const wire::Header& record);
  // Take note of a frame of another track of the part's input: tracks are interleaved within a second, so it shows how
  // far the sound has come.
  void note_other(std::size_t part, const Track& track, const Frame& frame);
  // Nothing of a part comes before this place; `never`: it has ended.
  void reach(std::size_t part, SamplePosition at) { queues_[part].reach(at); }

  [[nodiscard]] const SoundQueue& queue(std::size_t part) const { return queues_[part]; }
  [[nodiscard]] SamplePosition second() const { return track_.sample_rate; }
  [[nodiscard]] SamplePosition position(std::int64_t ticks, const Rational& time_base) const;
  // The part that has come least far.
  [[nodiscard]] SamplePosition lowest() const;
  // The end of the last frame of a part's other tracks.
  [[nodiscard]] SamplePosition end_of_others(std::size_t part) const { return parts_[part].end_of_others; }

  // Write all blocks before `limit` that are fully known.
  void send(const SoundSum::Gains& gains, SamplePosition limit);
  // Report samples beyond full scale. Call it before the END.
  void end();

 private:
  struct Part {
    std::size_t input = 0;
    std::uint16_t number = 0;
    std::int64_t start = 0;  // ns
    SamplePosition end_of_others = no_position;
  };
  [[nodiscard]] std::uint16_t choose(std::size_t input) const;
  void check_alike(std::size_t part) const;
  [[nodiscard]] std::int64_t moved(std::size_t part, std::int64_t ticks, const Track& track) const;
  void store(std::size_t part, const wire::Header& record);
  void report(bool& reported, const std::string& what);

  Inputs& inputs_;
  Writer& out_;
  std::vector<Part> parts_;
  std::vector<SoundQueue> queues_;
  std::uint16_t number_ = 0;
  Track track_;
  std::optional<SoundSum> sum_;
  std::uint64_t frames_ = 0, cut_off_ = 0;
  bool lost_metadata_ = false, lost_late_ = false;
};

}  // namespace sl
