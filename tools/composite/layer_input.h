// The pictures of one input by their times: the one that is nearest to a moment, and the one after it.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "libcore/frames/frame_window.h"
#include "libcore/media/track.h"
#include "libcore/stage/inputs.h"

namespace sl {

class LayerInput {
 public:
  // Takes END, STAGE and the records of other tracks.
  using Other = std::function<void(const wire::Header& record)>;
  // The inputs outlive it. `start`, in ns, is added to its times.
  LayerInput(Inputs& inputs, std::size_t input, std::int64_t start, Other other);

  // Begin a stream; `first` is the record that the reader is at. Throw Data for an input without pictures, unless it
  // `may_be_sound` alone.
  void begin(const wire::Header& first, bool may_be_sound);
  // The same, with a start for which the FRAME that `first` is, if it is one, has this time, in ns. Until it has a
  // picture, the picture in turn stays the one of the stream before.
  void begin_at(const wire::Header& first, bool may_be_sound, std::int64_t time);
  // Do without the rest: the input is lost.
  void lose() { ended_ = true; }
  // Take a record. Return false if the input is lost by it.
  bool read();

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool is_ready() const { return first_.has_value() || inputs_.has_record(input_); }
  [[nodiscard]] bool has_room() { return !ended_ && count() < 2; }
  // The number of its track of pictures, or 0.
  [[nodiscard]] std::uint16_t track() const { return number_; }
  // Its format; if it has pictures.
  [[nodiscard]] const Track& format() const { return format_; }
  [[nodiscard]] std::int64_t start() const { return start_; }
  // The time of the picture that came last, in ns.
  [[nodiscard]] std::optional<std::int64_t> newest() {
    return count() == 0 ? std::nullopt : std::optional(time_of(count() - 1));
  }
  // The picture in turn, or null, and its time in ns.
  [[nodiscard]] HeldPicture* picture() {
    if (count() != 0) return &window_->pictures().front();
    return is_held() ? &held_->pictures().front() : nullptr;
  }
  [[nodiscard]] std::int64_t time() { return count() == 0 ? held_time_ : time_of(0); }
  // The input has ended after one picture.
  [[nodiscard]] bool is_still() const { return ended_ && seen_ == 1; }
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  // Changes with each stream, as the numbers of pictures begin again.
  [[nodiscard]] std::uint64_t generation() { return count() == 0 && is_held() ? held_generation_ : generation_; }

  // Drop pictures until the one in turn is the nearest to `time` of those that are here, the earlier of two.
  void advance(std::int64_t time);
  void drop_picture() { window_->pictures().pop_front(); }
  // Whether no picture that is still to come can be nearer.
  [[nodiscard]] bool is_certain(std::int64_t time);

 private:
  void take(Reader& in, const wire::Header& record);
  [[nodiscard]] std::size_t count() { return window_ ? window_->pictures().size() : 0; }
  [[nodiscard]] bool is_held() const { return held_ && !held_->pictures().empty(); }
  [[nodiscard]] std::int64_t time_of(std::size_t place);

  Inputs& inputs_;
  std::size_t input_;
  std::int64_t start_;
  Other other_;
  std::optional<wire::Header> first_;
  std::uint16_t number_ = 0;
  Track format_;
  std::unique_ptr<FrameWindow> window_, held_;  // of this stream, and of the one before
  std::int64_t held_time_ = 0;
  std::uint64_t held_generation_ = 0;
  std::uint64_t seen_ = 0, generation_ = 0;
  std::int64_t reached_ = no_time;  // nothing earlier comes
  bool ended_ = false;
};

}  // namespace sl
