// Every input is read up to a second ahead of the last one, and its sound waits in a queue.

#include "libcore/combine/mix.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/base/times.h"
#include "libcore/combine/frame_merge.h"
#include "libcore/combine/input_set.h"
#include "libcore/filter/cut_off.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/sound/mixer.h"
#include "libcore/sound/samples.h"
#include "libcore/wire/events.h"
#include "libcore/wire/track_choice.h"

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
      report_cut_off(out_, parts_[0].number, std::exchange(cut_off_, 0));
      streams.end();
      if (!std::ranges::all_of(parts_, &MixedInput::ended)) return;
    }
  }

 private:
  struct MixedInput {
    bool ended = false;
    std::uint16_t number = 0;                 // of the track that is mixed
    SamplePosition end_of_all = no_position;  // of its tracks
  };

  // ---- Start ----

  void announce(StreamSet& streams) {
    parts_.assign(inputs_.size(), {});
    queues_.clear();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      queues_.emplace_back(inputs_.title(i));
      choose_track(i);
    }
    Reader& in = inputs_.reader(0);
    track_ = in.track(parts_[0].number);
    track_.time_base = {1, track_.sample_rate};
    sum_.emplace(track_);
    frames_ = 0;
    for (const std::uint16_t number : in.tracks()) {
      out_.track(number, number == parts_[0].number ? track_ : in.track(number));
    }
    streams.header(0).pass(0, out_, 0);
    for (const std::uint16_t number : in.tracks()) streams.header(0).pass(number, out_, number);
    streams.forget_headers();
    for (std::size_t i = 0; i < parts_.size(); ++i) take(i, *streams.first(i), streams);
  }

  void choose_track(std::size_t i) {
    const Reader& in = inputs_.reader(i);
    const std::string choice = inputs_.option(i, "tracks");
    const auto picked = TrackChoice("tracks=", choice.empty() ? "audio" : choice).pick(in);
    const auto sound = std::ranges::find_if(picked, [&](std::uint16_t n) { return in.track(n).is_raw_audio(); });
    if (sound == picked.end()) {
      throw Error(Status::Usage, inputs_.title(i) + ": tracks=" + choice + " has no sound");
    }
    parts_[i].number = *sound;
    check_alike(i);
  }

  void check_alike(std::size_t i) const {
    const auto format = [&](std::size_t input) {
      const Track& track = inputs_.reader(input).track(parts_[input].number);
      return std::to_string(track.sample_rate) + " Hz and " + std::to_string(track.channels) + " channels";
    };
    if (format(i) == format(0)) return;
    throw Error(Status::Data, inputs_.title(i) + " has " + format(i) + " but the first has " + format(0) +
                                  ": sl-resample makes them alike");
  }

  // ---- Reading ----

  // Reads a record of each input that has one and is not far ahead.
  void step(StreamSet& streams) {
    SamplePosition lowest = never;
    for (const SoundQueue& queue : queues_) lowest = std::min(lowest, queue.known());
    bool moved = false;
    std::vector<std::size_t> silent;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].ended || queues_[i].known() > later(lowest, second())) continue;
      if (inputs_.ready(i)) {
        moved = true;
        take(i, inputs_.reader(i).next().value(), streams);
      } else {
        silent.push_back(i);
      }
    }
    if (!moved) inputs_.wait(silent);
  }

  [[nodiscard]] SamplePosition second() const { return track_.sample_rate; }
  [[nodiscard]] SamplePosition position(std::int64_t ticks, const Track& track) const {
    return rescale(ticks, track.time_base, track_.time_base);
  }

  void take(std::size_t i, const wire::Header& record, StreamSet& streams) {
    Reader& in = inputs_.reader(i);
    if (record.type == Type::End) {
      parts_[i].ended = true;
      queues_[i].reach(never);
      streams.note_end(i);
      if (i == 0 && in.in_frame() && out_.in_frame() && !out_.drop_open_frames()) {
        fail_interrupted();
      }
    } else if (record.type == Type::Stage) {
      streams.pass_stage(i);
    } else if (record.track != 0 && record.track == parts_[i].number) {
      take_mixed(i, record);
    } else {
      if (record.type == Type::Frame) note_other(i, in.track(record.track), in.frame(record.track));
      if (i == 0) in.pass(record, out_);
    }
  }

  void take_mixed(std::size_t i, const wire::Header& record) {
    Reader& in = inputs_.reader(i);
    const Track& track = in.track(record.track);
    if (record.type == Type::Track) return check_alike(i);
    if (record.type == Type::Frame) {
      const Frame& frame = in.frame(record.track);
      if (!frame.metadata.empty() || frame.capture != no_time) {
        report(lost_metadata_, "metadata and capture times of sound that is mixed");
      }
      queues_[i].open(track, frame);
    } else if (record.type == Type::Bytes) {
      store(i, record);
    } else if (record.type == Type::Event) {
      if (const auto tick = tick_time(in)) return queues_[i].reach(position(*tick, track));
      const std::string name = parse_event(in.text()).name;
      const bool is_of_frames = name == "tick" || name == "gap" || name == "dropped";  // which are not sent
      if (i == 0 && !is_of_frames) in.pass(record, out_);
    } else if (i == 0) {
      in.pass(record, out_);
    }
  }

  void store(std::size_t i, const wire::Header& record) {
    Reader& in = inputs_.reader(i);
    const bool damaged = (record.flags & wire::piece_damaged) != 0;
    if (!queues_[i].put(in.track(record.track), in.body(), damaged, sum_->sent())) {
      report(lost_late_, "sound that came more than a second too late");
    }
    std::size_t queued = 0;
    for (const SoundQueue& queue : queues_) queued += queue.bytes();
    check_memory(inputs_.title(i), queued, "sound that waits for the other inputs");
  }

  // Tracks of an input are interleaved within a second: another track's frame shows how far this one is, too.
  void note_other(std::size_t i, const Track& track, const Frame& frame) {
    const SamplePosition at = position(frame.pts, track);
    if (at == no_position || rest_flag(track, "sparse")) return;
    if (at > no_position + second()) queues_[i].reach(at - second());
    const std::int64_t length = frame_length(track, frame);
    const SamplePosition end = later(at, length == no_time ? 0 : position(length, track));
    parts_[i].end_of_all = std::max(parts_[i].end_of_all, end);
  }

  void report(bool& reported, const std::string& what) {
    if (std::exchange(reported, true)) return;
    write_not_carried(out_, parts_[0].number, what);
  }

  // ---- Sending ----

  // The known end of the stream, or `never`.
  [[nodiscard]] SamplePosition limit() const {
    return options_.until_first && parts_[0].ended ? std::max(parts_[0].end_of_all, queues_[0].end()) : never;
  }

  [[nodiscard]] bool is_done() const {
    return std::ranges::all_of(queues_, [&](const SoundQueue& queue) { return queue.known() >= limit(); });
  }

  void send() {
    while (const auto block = sum_->next(queues_, options_.gains, limit())) {
      Frame frame;
      frame.number = frames_++;
      frame.pts = block->at;
      frame.duration = block->count;
      out_.frame(parts_[0].number, frame);
      out_.bytes(parts_[0].number, block->bytes, true, block->damaged);
      cut_off_ += block->beyond;
    }
  }

  Inputs& inputs_;
  Writer& out_;
  const MixOptions& options_;
  std::vector<MixedInput> parts_;
  std::vector<SoundQueue> queues_;  // of each input
  Track track_;                     // of the output
  std::optional<SoundSum> sum_;
  std::uint64_t frames_ = 0, cut_off_ = 0;
  bool lost_metadata_ = false, lost_late_ = false;
};

}  // namespace

void mix(Inputs& inputs, Writer& out, const MixOptions& options) { MixStage(inputs, out, options).run(); }

}  // namespace sl
