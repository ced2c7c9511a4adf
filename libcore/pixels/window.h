// Rows on the consumer's grid with rows of context above and below, however strips are cut.

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl {

// Strips go in, windows come out: each holds the next `rows` rows of the frame (the last one, and those of flush(),
// fewer), and around them the rows of context asked for, fewer at the frame's edges. All three numbers are rounded up
// to the strip alignment of the track, so that planes of chroma are cut with luma. Memory is width x (2 rows +
// context), checked against --max-memory. Without flush(), windows do not depend on how strips were cut.
class RowWindow {
 public:
  struct Window {
    Strip strip;              // the rows and their context; `first` and `rows` are of the frame
    std::uint32_t above = 0;  // rows of context in front of the window's own
    std::uint32_t rows = 0;   // its own rows
    bool last = false;        // the window ends the frame
  };
  // The view is valid in the call only.
  using Emit = std::function<void(const Window&)>;

  RowWindow(const Track& track, std::uint32_t rows, std::uint32_t above, std::uint32_t below);
  // Takes the next strip of a frame; first row 0 begins one. A window is marked damaged if any of its rows is.
  void push(const Strip& strip, const Emit& emit);
  // Emit the rows whose context is complete as a smaller window, if the next strip is late. The next window begins
  // after it.
  void flush(const Emit& emit);

 private:
  void start();
  void append(const Strip& strip);
  void emit_ready(const Emit& emit);
  void emit_window(std::uint32_t rows, const Emit& emit);
  void slide();

  Track track_;
  std::uint32_t rows_, above_, below_, capacity_;
  std::vector<std::byte> memory_;
  Strip buffer_;                      // of `capacity_` rows; buffer_.first is the frame's row that it begins with
  std::uint32_t end_ = 0, next_ = 0;  // rows of the frame: after the last one held, the first of the next window
  struct Damage {
    std::uint32_t first, end;
  };
  std::vector<Damage> damage_;
};

}  // namespace sl
