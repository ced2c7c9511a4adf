// Conversion of one track's rows into another's pixel format: chroma up and down, matrix, range, depth, alpha, float.

#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "libcore/pixels/step.h"

namespace sl {

// Rows in, rows out, strip by strip, in memory that grows with the width alone: rows that depend on chroma that is
// not complete, or on chroma of rows below, are held back. The result does not depend on how strips were cut.
//
// JPEG's own case (full range, BT.601, chroma centred, 8 bits, to and from RGB of 8 bits) gives exactly the samples of
// libjpeg-turbo's decoder and encoder. Everything else is computed in floats, rounded to nearest and clamped: so 16
// bits become 8 as v / 257, 8 bits become 16 as v * 257, and n bits in limited range are shifted. Samples above their
// format's largest code are clamped first; NaN is 0.
//
// Alpha: added as opaque; dropped by putting `background` under it, in the target's encoded values;
// straight and premultiplied become each other. A format that has alpha on a track that has none is opaque.
//
// Unknowns of the tracks are decided so:
// - range of the target: the source's, if both are RGB or neither is; else full for RGB and gray, limited for YUV;
// - matrix of the target: the source's, if both are YUV; in any other case BT.601 below 720 rows and BT.709 from there
//   on, as players do. Gray made of RGB is luma of BT.601, unless one of the tracks names a matrix;
// - chroma: the source's, if both are YUV; else centred in full range and left in limited range.
// Matrix 0 in a YUV 4:4:4 format is RGB, planes in the order G, B, R. Fields that are woven are interpolated each by
// itself.
class Converter : public Step {
 public:
  // From rows of `from` to rows of `to`: same size, other pixels, color, alpha or bits. Throws Data if the colours
  // cannot be converted: constant luminance and other colours without a matrix, matrix 0 with subsampled chroma, other
  // primaries or transfer functions (which need colour management). `background`, R, G, B in 0...1, is put under pixels
  // that lose their alpha.
  Converter(const Track& from, const Track& to, std::array<float, 3> background = {0, 0, 0});
  ~Converter() override;
  [[nodiscard]] const Track& track() const override;

  // Whether a converter between them would change any sample. Throws as the constructor does.
  [[nodiscard]] static bool needed(const Track& from, const Track& to);

  // Strips are cut as the input is, if no rows are held back and they stay below 512 KiB.
  void push(const Strip& strip, const Emit& emit) override;
  // In `emit` only: take the memory of its strip, and give other memory for the next one.
  void exchange(std::vector<std::byte>& memory);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
