// The commonest layers over the commonest pictures, as fast as memory: RGBA of 8 bits, such as titles and logos, over
// YUV, RGB or RGBA of 8 bits, in integers, at most one code from Composite; and RGBA of 8 or 16 bits over YUV of 9 to
// 16 bits, in floats.

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
  void put_on_yuv(const Strip& rows, const Strip& layer, const Placement& place, const Blocks& blocks) const;
  template <class Blocks>
  void put_on_rgb(const Strip& rows, const Strip& layer, const Placement& place, const Blocks& blocks) const;

  bool premultiplied_, is_deep_;
  std::uint32_t height_;                           // of the pictures
  std::array<std::array<float, 4>, 3> weights_{};  // of R, G, B and alpha for Y, U and V
};

}  // namespace sl
