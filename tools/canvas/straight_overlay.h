// A layer over frames whose straight alpha takes part.

#pragma once

#include <optional>

#include "layer_rows.h"
#include "libcore/pixels/composite.h"
#include "overlay.h"

namespace sl::drawing {

// Blends by the operator of pixels/composite.h, in floats.
class StraightOverlay final : public Overlay {
 public:
  explicit StraightOverlay(const Track& track) : track_(track), rows_(track), composite_(track) {}

  void update(const Layer& layer, const std::vector<Box>& changed) override;
  void blend(const Strip& rows) const override {
    if (part_) composite_.apply(rows, *part_, place_);
  }

 private:
  Track track_;
  LayerRows rows_;
  Composite composite_;
  std::optional<sl::Layer> part_;  // the smallest part around all that is covered
  Placement place_;
};

}  // namespace sl::drawing
