// At most two pictures of an input are in memory; then its pipe fills and holds up its producer.

#include "tools/composite/layer_input.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/combine/frame_merge.h"
#include "libcore/wire/track_choice.h"

namespace sl {

using wire::Type;

namespace {

constexpr Rational nanosecond{1, 1'000'000'000};

}  // namespace

LayerInput::LayerInput(Inputs& inputs, std::size_t input, std::int64_t start, Other other)
    : inputs_(inputs), input_(input), start_(start), other_(std::move(other)) {}

void LayerInput::begin(const wire::Header& first, bool may_be_sound) {
  Reader& in = inputs_.reader(input_);
  const std::string choice = inputs_.option(input_, "tracks");
  number_ = 0;
  for (const std::uint16_t number : choice.empty() ? in.tracks() : TrackChoice("tracks=", choice).pick(in)) {
    if (number_ == 0 && in.track(number).is_raw_video()) number_ = number;
  }
  if (number_ == 0 && !may_be_sound) throw Error(Status::Data, inputs_.title(input_) + " has no pictures");
  window_ = number_ != 0 ? std::make_unique<FrameWindow>(in, number_) : nullptr;
  held_.reset();
  format_ = number_ != 0 ? in.track(number_) : Track();
  first_ = first;
  seen_ = 0;
  ++generation_;
  reached_ = no_time;
  ended_ = false;
}

void LayerInput::begin_at(const wire::Header& first, bool may_be_sound, std::int64_t time) {
  const std::int64_t held_time = this->time();
  const std::uint64_t held_generation = generation();
  std::unique_ptr<FrameWindow> held = count() != 0 ? std::move(window_) : std::move(held_);
  begin(first, may_be_sound);
  held_ = std::move(held);
  held_time_ = held_time;
  held_generation_ = held_generation;
  if (first.type != Type::Frame) return;
  const Reader& in = inputs_.reader(input_);
  const std::int64_t own = rescale(in.frame(first.track).pts, in.track(first.track).time_base, nanosecond);
  start_ = own == no_time ? time : subtract_time(time, own);
}

bool LayerInput::read() {
  const bool is_there = inputs_.use(input_, [&](Reader& in) {
    const auto record = first_ ? std::exchange(first_, std::nullopt) : in.next();
    take(in, record.value());
  });
  ended_ = ended_ || !is_there;
  return is_there;
}

void LayerInput::take(Reader& in, const wire::Header& record) {
  if (record.type == Type::End) {
    ended_ = true;
    return other_(record);
  }
  if (record.track == 0 || record.track != number_ || !window_->takes(record)) return other_(record);
  if (record.type == Type::Track && !in.track(number_).is_raw_video()) {
    throw Error(Status::Data, inputs_.title(input_) + ": its pictures became packets");
  }
  if (record.type == Type::Track) format_ = in.track(number_);
  if (record.type == Type::Event) {
    const auto tick = tick_time(in);
    if (tick) reached_ = add_time(rescale(*tick, in.track(number_).time_base, nanosecond), start_);
  }
  if (!window_->take(record)) return;
  ++seen_;
  held_.reset();
}

std::int64_t LayerInput::time_of(std::size_t place) {
  const HeldPicture& picture = window_->pictures()[place];
  const std::int64_t time = rescale(picture.frame.pts, picture.context->track.time_base, nanosecond);
  return time == no_time ? start_ : add_time(time, start_);
}

void LayerInput::advance(std::int64_t time) {
  while (count() >= 2) {
    const std::int64_t next = time_of(1);
    if (next > time && subtract_time(next, time) >= subtract_time(time, time_of(0))) return;
    drop_picture();
  }
}

bool LayerInput::is_certain(std::int64_t time) {
  if (ended_ || number_ == 0 || count() >= 2) return true;
  if (count() == 0) return false;
  const std::int64_t own = time_of(0);
  return own >= time || (reached_ > time && subtract_time(reached_, time) >= subtract_time(time, own));
}

}  // namespace sl
