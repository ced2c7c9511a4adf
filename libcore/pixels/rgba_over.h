// The commonest layer over the commonest pictures, as fast as memory: RGBA of 8 bits, such as titles and logos, over
// YUV, RGB or RGBA of 8 bits. It computes in floats, as Composite does, and rounds once.

#pragma once

#include <array>

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
  void put_on_yuv(const Strip& rows, const Strip& layer, const Placement& place) const;
  void put_on_rgb(const Strip& rows, const Strip& layer, const Placement& place) const;

  struct Weights {
    float red, green, blue, alpha;  // alpha: of the offset
  };
  bool premultiplied_;
  std::uint32_t height_;              // of the pictures
  std::array<Weights, 3> weights_{};  // of Y, U and V
};

}  // namespace sl
