// A picture of a layer, ready to be put on the canvas: cropped, in its size, in the colours of the canvas.

#pragma once

#include <optional>

#include "libcore/frames/frame_window.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"
#include "libcore/pixels/color_space.h"
#include "libcore/pixels/composite.h"
#include "libcore/pixels/rgba_over.h"
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
// Return the size of a picture before it is fitted: upright and cropped. Throw Data if nothing is left of it.
[[nodiscard]] Size cropped_size(const LayerSettings& layer, const Track& track);

class DrawnLayer {
 public:
  // The picture and the canvas outlive it. Throw Data for pictures that cannot be brought to the canvas, Limit.
  DrawnLayer(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas);

  [[nodiscard]] Size size() const { return {track_.width, track_.height}; }
  // Whether nothing shows through it where it lies.
  [[nodiscard]] bool is_opaque() const { return !track_.pixels->alpha; }
  // The samples of the picture, if the canvas could be made of them without a change; else null.
  [[nodiscard]] const Image* samples() const { return is_same_ ? image_ : nullptr; }

  // Whether it can lie on an empty canvas by a copy of its rows, if it is the lowest.
  [[nodiscard]] bool is_copyable(const Placement& place) const;
  void copy(const Strip& rows, const Placement& place) const;
  // Do what must be done once before draw() at such a place. draw() may be called by several threads for other rows.
  void prepare(const Placement& place);
  // Whether draw() takes no more time than the memory.
  [[nodiscard]] bool is_quick(const Placement& place) const {
    return copies(place) || (rgba_ && place.op == Operator::Over);
  }
  void draw(const Strip& rows, const Placement& place) const;

 private:
  [[nodiscard]] bool copies(const Placement& place) const { return is_opaque() && is_copyable(place); }

  const Canvas& canvas_;
  Track track_;                   // of the samples
  Image own_;                     // made by steps
  const Image* image_;            // own_, or the picture's
  bool is_same_ = false;          // its samples are samples of the canvas
  std::optional<RgbaOver> rgba_;  // puts them over the canvas
  std::optional<Layer> layer_;    // the samples for all other operators and tracks
};

}  // namespace sl
