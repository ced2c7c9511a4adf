// The way of a layer's picture to the canvas: upright, cropped, turned, in its size, in the colours of the canvas, cut
// to its shape, rotated.

#pragma once

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

// A picture whose luma, on black, is alpha: that of another layer, or of the layer itself.
struct Mask {
  const HeldPicture* picture = nullptr;
  const LayerSettings* layer = nullptr;
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

// Return the steps from a picture's track to the samples that are put on the canvas, except for tiles. Throw Data for
// pictures that cannot be brought to it.
[[nodiscard]] Chain steps_to(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas,
                             const Mask& mask);
// Return what steps make of a picture. Throw as they do, Limit.
[[nodiscard]] Image made_by(Chain& steps, const HeldPicture& picture, const std::string& name);
// Return a picture repeated over `size`, from its upper left corner on. Throw Limit.
[[nodiscard]] Image tiled(const Image& tile, const Track& track, const Size& size, const std::string& name);

}  // namespace sl
