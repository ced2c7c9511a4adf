// Rows of a layer as floats, in the colors of frames.

#pragma once

#include <array>
#include <optional>
#include <vector>

#include "layer.h"
#include "libcore/media/track.h"
#include "libcore/pixels/matrix_map.h"

namespace sl::drawing {

class LayerRows {
 public:
  // Throw Data for primaries or a transfer function that cannot be computed.
  explicit LayerRows(const Track& frames);
  // Read pixels of a row. R', G' and B' are multiplied by alpha; all are 0 to 1.
  void read(const Layer& layer, std::uint32_t y, std::uint32_t left, std::uint32_t right);
  std::array<std::vector<float>, 4> components;  // R, G, B, alpha
  // Whether the codes of the layer are those of frames.
  [[nodiscard]] bool keep_codes() const { return !map_; }

 private:
  void map_colors(std::size_t count);

  std::optional<MatrixMap> map_;
  std::vector<float> straight_;
};

}  // namespace sl::drawing
