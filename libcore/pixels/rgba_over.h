// The commonest layer over the commonest pictures, as fast as memory: RGBA of 8 bits, such as titles and logos, over
// YUV, RGB or RGBA of 8 bits. It computes in integers, and is at most one code from Composite.

#pragma once

#include <array>
#include <cstdint>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/composite.h"

namespace sl {

class RgbaOver {
 public:
  // Whether a layer of one track can be put over pictures of the other one, whose colours have the same meaning.
  [[nodiscard]] static bool takes(const Track& layer, const Track& below);
  // takes() holds.
  RgbaOver(const Track& layer, const Track& below);
  // Do as Composite::apply() with Operator::Over; `layer` is the whole picture.
  void apply(const Strip& rows, const Strip& layer, const Placement& place) const;

 private:
  template <class Blocks>
  void put_on_yuv(const Strip& rows, const Strip& layer, const Placement& place) const;
  template <class Blocks>
  void put_on_rgb(const Strip& rows, const Strip& layer, const Placement& place) const;

  bool premultiplied_;
  std::uint32_t height_;                                  // of the pictures
  std::array<std::array<std::int16_t, 4>, 3> weights_{};  // of Y, U and V: see rgba_blocks.h
};

}  // namespace sl
