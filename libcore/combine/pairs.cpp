// Reading two inputs in step.

#include "libcore/combine/pairs.h"

#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/wire/track_choice.h"

namespace sl {

using wire::Type;

namespace {

constexpr std::size_t max_ahead = 2;

// Whether picture `a`, which is later than `at`, is nearer to its time than `b`, which is not.
bool is_nearer(const HeldPicture& a, const HeldPicture& b, const HeldPicture& at) {
  constexpr Rational nanosecond{1, 1'000'000'000};
  const auto time = [&](const HeldPicture& picture) {
    return rescale(picture.frame.pts, picture.context->track.time_base, nanosecond);
  };
  return subtract_time(time(a), time(at)) < subtract_time(time(at), time(b));
}

}  // namespace

PicturePairs::PicturePairs(Inputs& inputs, Step step, Other other)
    : inputs_(inputs), step_(step), other_(std::move(other)) {}

PicturePairs::PicturePairs(Inputs& inputs, Step step, Other other, const std::array<wire::Header, 2>& first)
    : PicturePairs(inputs, step, std::move(other)) {
  one_stream_ = true;
  for (std::size_t i = 0; i < 2; ++i) {
    sides_[i].first = first[i];
    choose_track(i);
  }
}

std::optional<PicturePairs::Pair> PicturePairs::next() {
  drop_passed();
  fill();
  std::array<HeldPicture*, 2> pair{};
  for (std::size_t i = 0; i < 2; ++i) {
    if (sides_[i].count() != 0) pair[i] = &sides_[i].window->pictures().front();
  }
  if (step_ == Step::Order && pair[0] == nullptr && pair[1] == nullptr) return std::nullopt;
  if (step_ == Step::Time && pair[0] == nullptr) {
    // What else the second input has is of no use, but a failure of it is.
    while (!sides_[1].ended) read(1);
    return std::nullopt;
  }
  used_ = {true, step_ == Step::Order};
  return Pair{pair[0], pair[1]};
}

void PicturePairs::drop_passed() {
  for (std::size_t i = 0; i < 2; ++i) {
    if (std::exchange(used_[i], false) && sides_[i].count() != 0) sides_[i].window->pictures().pop_front();
  }
}

// Whether the next pair cannot be made without another picture of an input.
bool PicturePairs::needs(std::size_t input) {
  Side& side = sides_[input];
  if (side.ended) return false;
  if (side.count() == 0) return true;
  if (step_ == Step::Order || input == 0 || sides_[0].count() == 0) return false;
  return side.count() == 1 && compare_to_first(0) < 0;
}

// Compare the time of a picture of the second input with the time of the pair's first picture.
int PicturePairs::compare_to_first(std::size_t place) {
  const HeldPicture& first = sides_[0].window->pictures().front();
  const HeldPicture& second = sides_[1].window->pictures()[place];
  return compare_times(second.frame.pts, second.context->track.time_base, first.frame.pts,
                       first.context->track.time_base);
}

void PicturePairs::fill() {
  while (true) {
    if (step_ == Step::Time && sides_[0].count() != 0 && sides_[1].count() >= 2) {
      // Of the two around the time, keep the nearer one in front.
      const auto& at = sides_[1].window->pictures();
      const HeldPicture& first = sides_[0].window->pictures().front();
      const bool is_passed = compare_to_first(1) <= 0 || is_nearer(at[1], at[0], first);
      if (is_passed) {
        sides_[1].window->pictures().pop_front();
        continue;
      }
    }
    if (!needs(0) && !needs(1)) return;
    std::vector<std::size_t> silent;
    bool moved = false;
    for (std::size_t i = 0; i < 2; ++i) {
      if (sides_[i].ended || sides_[i].count() >= max_ahead) continue;
      if (sides_[i].first || inputs_.ready(i)) {
        read(i);
        moved = true;
      } else {
        silent.push_back(i);
      }
    }
    if (!moved) inputs_.wait(silent);
  }
}

void PicturePairs::read(std::size_t input) {
  Side& side = sides_[input];
  Reader& in = inputs_.reader(input);
  const std::optional<wire::Header> record = side.first ? std::exchange(side.first, std::nullopt) : in.next();
  if (!record) {
    side.ended = true;
    return;
  }
  if (record->type == Type::Start) side.number = 0;
  if (record->type == Type::Frame && side.number == 0) choose_track(input);
  if (record->type == Type::End) {
    if (side.number == 0) choose_track(input);
    side.ended = one_stream_;
  }
  if (record->track == 0 || record->track != side.number || !side.window->takes(*record)) {
    if (other_) other_(input, *record);
    return;
  }
  if (record->type == Type::Track && !in.track(side.number).is_raw_video()) choose_track(input);
  (void)side.window->take(*record);
}

void PicturePairs::choose_track(std::size_t input) {
  Reader& in = inputs_.reader(input);
  const std::string choice = inputs_.option(input, "tracks");
  Side& side = sides_[input];
  for (const std::uint16_t number : choice.empty() ? in.tracks() : TrackChoice("tracks=", choice).pick(in)) {
    if (!in.track(number).is_raw_video()) continue;
    side.number = number;
    side.window ? side.window->follow(number) : void(side.window.emplace(in, number));
    return;
  }
  throw Error(Status::Data, inputs_.title(input) + " has no pictures");
}

}  // namespace sl
