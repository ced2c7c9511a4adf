// Records of several inputs as one sequence, frames in the order of their times.
//
// The earliest pending frame goes first, unless an input without one may be more than a window earlier. So nothing is
// kept in memory, frames come in the wire's order (within a second), an input that is ahead waits in its pipe, and
// another one is waited for only if the order requires it. Inputs that come from one `tee` do not lock each other: none
// of them is read more than a second ahead.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "libcore/base/rational.h"
#include "libcore/combine/input_set.h"
#include "libcore/stage/inputs.h"

namespace sl {

class FrameMerge {
 public:
  // Whether to merge frames of this track of an input; frames of others are skipped.
  using Includes = std::function<bool(std::size_t input, std::uint16_t track)>;
  FrameMerge(Inputs& inputs, Includes includes) : inputs_(inputs), includes_(std::move(includes)) {}

  // Goes through the streams that this has begun. `exact`: no frame before an earlier one, however long that takes;
  // otherwise within a second, or a tenth of one if a track is live.
  void begin(const StreamSet& streams, bool exact);

  struct Item {
    std::size_t input;
    std::optional<wire::Header> record;  // nothing: the input is lost
  };
  // The next record, which its reader is at; END too. Nothing when all streams have ended.
  std::optional<Item> next();
  // Does without the rest of an input's stream.
  void leave(std::size_t input);

 private:
  struct MergedInput {
    bool ended = false;
    std::optional<wire::Header> first;    // read with the header
    std::optional<wire::Header> pending;  // a FRAME that may not go yet
    std::int64_t reached = no_time;       // ns; nothing earlier comes
  };
  std::optional<Item> read(std::size_t input);
  [[nodiscard]] std::int64_t time_of_frame(std::size_t input, std::uint16_t track) const;
  [[nodiscard]] std::optional<std::size_t> earliest() const;
  [[nodiscard]] bool may_go(std::size_t input) const;
  [[nodiscard]] bool is_waited_for(std::size_t input) const;

  Inputs& inputs_;
  Includes includes_;
  bool exact_ = false;
  std::vector<MergedInput> merged_;
  std::size_t turn_ = 0;               // the input to be looked at next in this round
  bool moved_ = false;                 // anything was read in this round
  std::vector<std::size_t> silent_{};  // inputs of this round that had nothing
};

// The time of a `tick` event that the reader is at: nothing comes on its track before it. Nothing of other events.
[[nodiscard]] std::optional<std::int64_t> tick_time(Reader& in);

}  // namespace sl
