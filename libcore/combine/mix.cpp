// Every input is read up to a second ahead of the last one, and its sound waits in a queue.

#include "libcore/combine/mix.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/combine/input_set.h"
#include "libcore/combine/mixed_sound.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

using wire::Type;

class MixStage {
 public:
  MixStage(Inputs& inputs, Writer& out, const MixOptions& options) : inputs_(inputs), out_(out), options_(options) {}

  void run() {
    StreamSet streams(inputs_, out_);
    while (streams.begin()) {
      announce(streams);
      for (send(); !is_done(); send()) step(streams);
      sound_->end();
      streams.end();
      if (!std::ranges::all_of(ended_, [](bool ended) { return ended; })) return;
    }
  }

 private:
  // ---- Start ----

  void announce(StreamSet& streams) {
    ended_.assign(inputs_.size(), false);
    sound_.emplace(inputs_, out_);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const std::uint16_t number = sound_->add(i);
      if (i == 0) number_ = number;
      if (number != 0) continue;
      throw Error(Status::Usage, inputs_.title(i) + ": tracks=" + inputs_.option(i, "tracks") + " has no sound");
    }
    sound_->begin(number_);
    Reader& in = inputs_.reader(0);
    for (const std::uint16_t number : in.tracks()) {
      out_.track(number, number == number_ ? sound_->track() : in.track(number));
    }
    streams.header(0).pass(0, out_, 0);
    for (const std::uint16_t number : in.tracks()) streams.header(0).pass(number, out_, number);
    streams.forget_headers();
    for (std::size_t i = 0; i < inputs_.size(); ++i) take(i, *streams.first(i), streams);
  }

  // ---- Reading ----

  // Reads a record of each input that has one and is not far ahead.
  void step(StreamSet& streams) {
    const SamplePosition most = later(sound_->lowest(), sound_->second());
    bool moved = false;
    std::vector<std::size_t> silent;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (ended_[i] || sound_->queue(i).known() > most) continue;
      if (inputs_.ready(i)) {
        moved = true;
        take(i, inputs_.reader(i).next().value(), streams);
      } else {
        silent.push_back(i);
      }
    }
    if (!moved) inputs_.wait(silent);
  }

  void take(std::size_t i, const wire::Header& record, StreamSet& streams) {
    Reader& in = inputs_.reader(i);
    if (record.type == Type::End) {
      ended_[i] = true;
      sound_->reach(i, never);
      streams.note_end(i);
      if (i == 0 && in.in_frame() && out_.in_frame() && !out_.drop_open_frames()) {
        fail_interrupted();
      }
    } else if (record.type == Type::Stage) {
      streams.pass_stage(i);
    } else if (sound_->part_of(i, record.track)) {
      if (!sound_->take(i, record) && i == 0) in.pass(record, out_);
    } else {
      if (record.type == Type::Frame) sound_->note_other(i, in.track(record.track), in.frame(record.track));
      if (i == 0) in.pass(record, out_);
    }
  }

  // ---- Sending ----

  // The known end of the stream, or `never`.
  [[nodiscard]] SamplePosition limit() {
    const bool is_known = options_.until_first && ended_[0];
    return is_known ? std::max(sound_->end_of_others(0), sound_->queue(0).end()) : never;
  }

  [[nodiscard]] bool is_done() { return sound_->lowest() >= limit(); }

  void send() {
    sound_->send(
        [&](std::size_t part, SamplePosition, SamplePosition) {
          return SoundSum::Ramp{options_.gains[part], options_.gains[part]};
        },
        limit());
  }

  Inputs& inputs_;
  Writer& out_;
  const MixOptions& options_;
  std::vector<bool> ended_;          // of each input
  std::optional<MixedSound> sound_;  // part i is of input i
  std::uint16_t number_ = 0;         // of the track of the first input that is mixed
};

}  // namespace

void mix(Inputs& inputs, Writer& out, const MixOptions& options) { MixStage(inputs, out, options).run(); }

}  // namespace sl
