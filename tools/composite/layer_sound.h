// The sound of layers, mixed as the scenes say.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "libcore/combine/mixed_sound.h"
#include "tools/composite/layer_settings.h"
#include "tools/composite/show.h"

namespace sl {

// A layer is heard in the scenes that list it, by their shares of the picture; in all, if none lists it. Gains are
// those at the times of the master's pictures, and straight in between, so the result does not depend on when sound
// arrives.
class LayerSound {
 public:
  // All outlive it. `may_change`: mix the master's sound also if no option asks for it, as its gain may change.
  LayerSound(Inputs& inputs, Writer& out, const std::vector<LayerSettings>& layers, std::size_t master,
             bool may_change);

  // Choose the tracks of a stream, whose headers have come, of inputs that have not `ended`. Throw Usage for a layer
  // that shall be heard and has no sound, Data for one with another rate or other channels.
  void begin(const std::function<bool(std::size_t input)>& ended);
  [[nodiscard]] bool is_mixed() const { return sound_.has_value(); }
  // The track of the output, and its number; if is_mixed().
  [[nodiscard]] std::uint16_t number() const { return number_; }
  [[nodiscard]] const Track& track() const { return sound_->track(); }
  // Whether a track of the master is not passed on.
  [[nodiscard]] bool replaces(std::uint16_t track) const { return track != 0 && track == replaced_; }
  // Whether the sound of an input is mixed.
  [[nodiscard]] bool has(std::size_t input) const { return part_of(input).has_value(); }
  // Whether this is the track of a layer that is mixed.
  [[nodiscard]] bool is_part(std::size_t input, std::uint16_t track) const {
    return sound_ && sound_->part_of(input, track);
  }

  // An input has come back, with a start in ns.
  void begin_again(std::size_t input, std::int64_t start);

  // Take a record of such a track. Return false for one that says nothing of the sound.
  bool take(std::size_t input, const wire::Header& record);
  // An input has a picture at this time, in ns: its sound has come within a second of it.
  void note_picture(std::size_t input, std::int64_t time);
  // An input has no more sound before this time, in ns; without a time, none at all.
  void reach(std::size_t input, std::optional<std::int64_t> time);
  // Whether the sound of an input has come to this time, in ns.
  [[nodiscard]] bool has_come(std::size_t input, std::int64_t time) const;
  // Whether the sound of an input is not yet a second ahead of the others'.
  [[nodiscard]] bool has_room(std::size_t input) const;

  // Hold the gains at the time of a picture, and write the sound before it.
  void send(std::int64_t time, Show& show);
  // Write the sound up to the end of the master: the end of its sound, or its last picture's, in ns.
  [[nodiscard]] std::int64_t end_time(std::int64_t pictures) const;
  void send_rest(std::int64_t end);
  // Report samples that are cut off. Call it before the END.
  void end();

 private:
  struct Point {
    SamplePosition at = 0;
    std::vector<double> gains;                       // of each part
    std::vector<std::optional<std::size_t>> ducked;  // under which part
  };
  [[nodiscard]] bool is_wanted() const;
  [[nodiscard]] bool is_chosen(std::size_t input) const;
  [[nodiscard]] std::optional<std::size_t> part_of(std::size_t input) const;
  [[nodiscard]] SamplePosition position(std::int64_t time) const;
  [[nodiscard]] double gain_in(std::size_t input, Show& show) const;
  [[nodiscard]] double gain_at(std::size_t part, SamplePosition at) const;
  [[nodiscard]] SoundSum::Ramp ramp(std::size_t part, SamplePosition from, SamplePosition to);
  void send_before(SamplePosition limit);

  Inputs& inputs_;
  Writer& out_;
  const std::vector<LayerSettings>& layers_;
  std::size_t master_;
  bool may_change_;
  std::optional<MixedSound> sound_;
  std::uint16_t number_ = 0, replaced_ = 0;
  std::deque<Point> points_;
  std::vector<double> ducks_;  // of each part, the factor at the end of the last block
};

}  // namespace sl
