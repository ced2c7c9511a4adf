// A layer over frames whose straight alpha takes part.

#pragma once

#include <optional>

#include "layer_rows.h"
#include "libcore/media/image.h"
#include "libcore/pixels/composite.h"
#include "libcore/pixels/rgba_over.h"
#include "overlay.h"

namespace sl::drawing {

// Blends by RgbaOver if that takes the frames, else by the operator of pixels/composite.h, in floats.
class StraightOverlay final : public Overlay {
 public:
  explicit StraightOverlay(const Track& track);

  void update(const Layer& layer, const std::vector<Box>& changed) override;
  void blend(const Strip& rows) const override {
    if (part_) composite_.apply(rows, *part_, place_);
    if (!pixels_.empty()) over_->apply(rows, pixels_.strip(), place_);
  }

 private:
  void take_pixels(const Layer& layer, const Box& part);
  void take_floats(const Layer& layer, const Box& part);

  Track track_;
  LayerRows rows_;
  Composite composite_;
  std::optional<sl::Layer> part_;  // the smallest part around all that is covered
  std::optional<RgbaOver> over_;
  Image pixels_;  // the same for it
  Placement place_;
};

}  // namespace sl::drawing
