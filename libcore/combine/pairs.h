// Pictures of two inputs in step, for stages that compare them or put one over the other.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "libcore/frames/frame_window.h"
#include "libcore/stage/inputs.h"

namespace sl {

// Of each input it takes the first track of raw video, or NAME[tracks=video:2] (an option of the stage). Both inputs
// are read whenever they have something, each at most two pictures ahead, so neither blocks the other, also if both
// come from one `tee`.
class PicturePairs {
 public:
  enum class Step : std::uint8_t {
    Order,  // the nth with the nth
    Time,   // each of the first with the nearest of the second, the earlier of two
  };
  // Takes the records that belong to no picture, as they come: of other tracks, of the stream, and events that come
  // while no picture is held.
  using Other = std::function<void(std::size_t input, const wire::Header& record)>;

  // Pairs of all streams of the first two inputs, which outlive it.
  PicturePairs(Inputs& inputs, Step step, Other other = {});
  // Pairs of one stream of each: `first` are the records that the readers are at (StreamSet::first).
  PicturePairs(Inputs& inputs, Step step, Other other, const std::array<wire::Header, 2>& first);

  struct Pair {
    HeldPicture* first = nullptr;   // null: the input has no more pictures
    HeldPicture* second = nullptr;  // by time, null: it has none
  };
  // Return the next pair, or nothing after the end: by order of the longer input, by time of the first one. The
  // pictures may be changed; they are valid until the next call. Throw Data for an input without raw video.
  std::optional<Pair> next();

  // The number of the track of an input; 0 before its header has come.
  [[nodiscard]] std::uint16_t track(std::size_t input) const { return sides_.at(input).number; }

 private:
  struct Side {
    std::optional<wire::Header> first;  // a record that the reader is at already
    bool ended = false;
    std::uint16_t number = 0;
    std::optional<FrameWindow> window;
    [[nodiscard]] std::size_t count() { return window ? window->pictures().size() : 0; }
  };
  void read(std::size_t input);
  void choose_track(std::size_t input);
  [[nodiscard]] bool needs(std::size_t input);
  void fill();
  void drop_passed();
  [[nodiscard]] int compare_to_first(std::size_t place);

  Inputs& inputs_;
  Step step_;
  Other other_;
  bool one_stream_ = false;
  std::array<Side, 2> sides_;
  std::array<bool, 2> used_{};  // the first picture has been in a pair
};

}  // namespace sl
