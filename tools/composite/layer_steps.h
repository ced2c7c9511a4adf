// The way of a layer's picture to the canvas: upright, cropped, turned, in its size, in the colours of the canvas, cut
// to its shape, rotated.

#pragma once

#include <memory>
#include <string>

#include "libcore/frames/frame_window.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"
#include "libcore/pixels/color_space.h"
#include "libcore/pixels/step.h"
#include "tools/composite/layer_settings.h"

namespace sl {

// The canvas as layers see it: the track of its pictures, which is not premultiplied, and what its codes mean.
struct Canvas {
  Track track;
  ColorSpace colors;
  int threads = 1;
};

// Return R'G'B' side by side: in 8 bits, in 16 for more `bits`, or as floats for 32.
[[nodiscard]] const PixelFormat& rgb_format(int bits, bool alpha);

// Return the size of a picture before it is fitted: upright, cropped, after quarter turns. Throw Data if nothing is
// left of it.
[[nodiscard]] Size own_size(const LayerSettings& layer, const Track& track);
// Return the sizes of a picture of size `own` on the canvas.
struct Extent {
  Size fitted;  // that gravity places
  Size one;     // rotated about the same middle, by angles that are no quarter turns
  Size shown;   // with all tiles
};
[[nodiscard]] Extent extent_of(const LayerSettings& layer, const Size& own, const Track& canvas);

// Return the luma of a mask's picture, on black, stretched over a layer of this size: floats, 0 to 1. Throw Data,
// Limit.
[[nodiscard]] Image luma_of(const HeldPicture& picture, const LayerSettings& mask, const Size& size, int threads);
// Return the steps from a picture's track to the samples that are put on the canvas, except for tiles. `luma` is that
// of the layer's mask; null without one. Throw Data for pictures that cannot be brought to the canvas.
[[nodiscard]] Chain steps_to(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas,
                             const std::shared_ptr<const Image>& luma);
// Return what steps make of a picture. Throw as they do, Limit.
[[nodiscard]] Image made_by(Chain& steps, const HeldPicture& picture, const std::string& name);
// Return a picture repeated over `size`, from its upper left corner on. Throw Limit.
[[nodiscard]] Image tiled(const Image& tile, const Track& track, const Size& size, const std::string& name);

}  // namespace sl
