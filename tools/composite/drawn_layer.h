// A picture of a layer, ready to be put on the canvas.

#pragma once

#include <memory>
#include <optional>

#include "libcore/frames/frame_window.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"
#include "libcore/pixels/composite.h"
#include "libcore/pixels/rgba_over.h"
#include "tools/composite/layer_steps.h"

namespace sl {

class DrawnLayer {
 public:
  // The picture and the canvas outlive it; `luma` is that of its mask. Throw Data for pictures that cannot be brought
  // to the canvas, Limit.
  DrawnLayer(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas,
             const std::shared_ptr<const Image>& luma);

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
