// Conversion of one track's rows into another's pixel format: chroma up and down, matrix, range, depth, alpha, float.

#pragma once

#include <array>
#include <functional>
#include <memory>

#include "libcore/media.h"

namespace sl {

// Rows in, rows out, strip by strip, in constant memory: where chroma needs rows below that have not come yet, the rows
// that depend on them are held back. What comes out does not depend on how strips were cut.
//
// JPEG's own case (full range, BT.601, chroma centred, 8 bits, to RGB) gives the very samples of libjpeg-turbo's
// default decoder. Everything else is computed in the same way at the precision of the deeper format, rounded to
// nearest, clamped.
class Converter {
 public:
  using Emit = std::function<void(const Strip&)>;

  // From rows of `from` to rows of `to`: same size, other pixels, color, alpha or bits. Throws Data where colours
  // cannot be converted (matrix 0 in YUV and the like). `background` is what is put behind pixels that lose their
  // alpha: R, G, B in 0...1.
  Converter(const Track& from, const Track& to, std::array<float, 3> background = {0, 0, 0});
  ~Converter();

  // Whether a converter between them would change any sample.
  [[nodiscard]] static bool needed(const Track& from, const Track& to);

  // Takes the next strip of a frame (first row 0 begins one) and calls `emit` for the rows that are ready; `last` is
  // passed on, and `damaged`. The emitted views are valid in the call only.
  void push(const Strip& strip, const Emit& emit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
