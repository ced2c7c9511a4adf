// A layer that is ducked falls by 12 dB while the other one is louder than -30 dB of full scale, and comes back slowly.

#include "tools/composite/layer_sound.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

constexpr Rational nanosecond{1, 1'000'000'000};
const double threshold = std::pow(10.0, -30.0 / 20), depth = std::pow(10.0, -12.0 / 20);
constexpr double attack = 0.05, release = 0.4;  // s, to 63 %

}  // namespace

LayerSound::LayerSound(Inputs& inputs, Writer& out, const std::vector<LayerSettings>& layers, std::size_t master,
                       bool may_change)
    : inputs_(inputs), out_(out), layers_(layers), master_(master), may_change_(may_change) {}

bool LayerSound::is_chosen(std::size_t input) const { return layers_[input].sound.value_or(input == master_); }

// Without options of sound, the master's passes as it is.
bool LayerSound::is_wanted() const {
  return may_change_ || std::ranges::any_of(layers_, [](const LayerSettings& layer) {
           return layer.sound || layer.has("gain") || layer.has("mute") || layer.has("duck");
         });
}

void LayerSound::begin(const std::function<bool(std::size_t input)>& ended) {
  sound_.reset();
  points_.clear();
  number_ = replaced_ = 0;
  if (!is_wanted()) return;
  const Reader& first = inputs_.reader(master_);
  std::uint16_t unused = 0;
  for (const std::uint16_t number : first.tracks()) {
    unused = std::max(unused, number);
    if (replaced_ == 0 && first.track(number).is_raw_audio()) replaced_ = number;
  }
  MixedSound sound(inputs_, out_);
  std::vector<std::size_t> order{master_};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (i != master_) order.push_back(i);
  }
  for (const std::size_t i : order) {
    if (!is_chosen(i) || inputs_.lost(i) || ended(i) || (i == master_ && replaced_ == 0 && !layers_[i].sound)) continue;
    const auto& start = layers_[i].start;
    const std::uint16_t number = sound.add(i, start ? rescale(start->num, {1, start->den}, nanosecond) : 0);
    if (number == 0) throw Error(Status::Usage, inputs_.title(i) + " has no sound");
    if (i == master_) replaced_ = number;
  }
  if (sound.parts() == 0) return;
  number_ = replaced_ != 0 ? replaced_ : unused + 1;
  sound_.emplace(std::move(sound));
  sound_->begin(number_);
  ducks_.assign(sound_->parts(), 1.0);
}

std::optional<std::size_t> LayerSound::part_of(std::size_t input) const {
  for (std::size_t i = 0; sound_ && i < sound_->parts(); ++i) {
    if (sound_->input(i) == input) return i;
  }
  return std::nullopt;
}

void LayerSound::begin_again(std::size_t input, std::int64_t start) {
  if (const auto part = part_of(input)) (void)sound_->add_again(*part, start);
}

SamplePosition LayerSound::position(std::int64_t time) const { return sound_->position(time, nanosecond); }

bool LayerSound::take(std::size_t input, const wire::Header& record) { return sound_->take(*part_of(input), record); }

void LayerSound::note_picture(std::size_t input, std::int64_t time) {
  const auto part = part_of(input);
  if (part && time > no_time + 2'000'000'000) sound_->reach(*part, position(time - 1'000'000'000));
}

void LayerSound::reach(std::size_t input, std::optional<std::int64_t> time) {
  if (const auto part = part_of(input)) sound_->reach(*part, time ? position(*time) : never);
}

bool LayerSound::has_come(std::size_t input, std::int64_t time) const {
  const auto part = part_of(input);
  return !part || sound_->queue(*part).known() >= position(time);
}

bool LayerSound::has_room(std::size_t input) const {
  const auto part = part_of(input);
  return part && sound_->queue(*part).known() <= later(sound_->lowest(), sound_->second());
}

// The factor of a layer in the scenes that are seen.
double LayerSound::gain_in(std::size_t input, Show& show) const {
  const bool is_listed =
      std::ranges::any_of(show.scenes(), [&](const auto& scene) { return scene->layers()[input].listed; });
  double sum = 0;
  for (std::size_t i = 0; i < show.shares.size(); ++i) {
    LayerStack& scene = *show.scenes()[i];
    if (show.shares[i] <= 0 || (is_listed && !scene.layers()[input].listed)) continue;
    const LayerState& state = scene.states()[input];
    sum += show.shares[i] * state.gain * state.heard;
  }
  return sum;
}

void LayerSound::send(std::int64_t time, Show& show) {
  if (!sound_) return;
  Point point{position(time), {}, {}};
  for (std::size_t part = 0; part < sound_->parts(); ++part) {
    const std::size_t input = sound_->input(part);
    point.gains.push_back(gain_in(input, show));
    const std::optional<std::size_t>& under = show.scenes()[show.shown]->states()[input].under;
    point.ducked.push_back(under ? part_of(*under) : std::nullopt);
  }
  points_.push_back(std::move(point));
  const SamplePosition at = points_.back().at, grid = sound_->grid();
  send_before(at - ((at % grid) + grid) % grid);
}

std::int64_t LayerSound::end_time(std::int64_t pictures) const {
  const auto part = part_of(master_);
  if (!part || sound_->queue(*part).end() == no_position) return pictures;
  return std::max(pictures, rescale(sound_->queue(*part).end(), sound_->track().time_base, nanosecond));
}

void LayerSound::send_rest(std::int64_t end) {
  if (sound_) send_before(position(end));
}

void LayerSound::end() {
  if (sound_) sound_->end();
}

void LayerSound::send_before(SamplePosition limit) {
  sound_->send([this](std::size_t part, SamplePosition from, SamplePosition to) { return ramp(part, from, to); },
               limit);
  while (points_.size() > 1 && points_[1].at <= sound_->sent()) points_.pop_front();
}

double LayerSound::gain_at(std::size_t part, SamplePosition at) const {
  const auto after = std::ranges::upper_bound(points_, at, {}, &Point::at);
  if (after == points_.begin()) return points_.empty() ? 1 : points_.front().gains[part];
  const Point& before = *std::prev(after);
  if (after == points_.end()) return before.gains[part];
  const double share = static_cast<double>(at - before.at) / static_cast<double>(after->at - before.at);
  return before.gains[part] + (after->gains[part] - before.gains[part]) * share;
}

SoundSum::Ramp LayerSound::ramp(std::size_t part, SamplePosition from, SamplePosition to) {
  SoundSum::Ramp ramp{gain_at(part, from), gain_at(part, to)};
  double target = 1;
  const auto after = std::ranges::upper_bound(points_, from, {}, &Point::at);
  if (after != points_.begin()) {
    if (const auto under = std::prev(after)->ducked[part]) {
      const double level = sound_->queue(*under).level(from, to, sound_->track().channels) * gain_at(*under, to);
      if (level > threshold) target = depth;
    }
  }
  double& duck = ducks_[part];
  ramp.from *= duck;
  const double seconds = static_cast<double>(to - from) / static_cast<double>(sound_->second());
  if (duck != target) duck = target + (duck - target) * std::exp(-seconds / (target < duck ? attack : release));
  if (std::abs(duck - target) < 1e-4) duck = target;
  ramp.to *= duck;
  return ramp;
}

}  // namespace sl
