// The canvas: layers put over each other, from the lowest to the highest, and only where they have changed.

#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "libcore/base/color_text.h"
#include "libcore/media/image.h"
#include "tools/composite/drawn_layer.h"

namespace sl {

// A picture at its place.
struct Shown {
  std::size_t layer = 0;
  std::uint64_t generation = 0, index = 0;  // which picture of the layer it is
  Placement place;
  Size size;
  DrawnLayer* drawn = nullptr;

  // Whether both look the same.
  [[nodiscard]] bool is_like(const Shown& other) const;
  // Whether it lies over all of the canvas, as it is: it hides all below it, unless it has alpha.
  [[nodiscard]] bool covers(const Size& canvas) const;
};

class Painter {
 public:
  // The canvas outlives it.
  explicit Painter(const Canvas& canvas);

  // Put these over each other, the lowest first, and return the picture, valid until the next call. `free`, unless
  // null, holds the samples of the lowest one, which fill the canvas and are not needed again.
  [[nodiscard]] Strip paint(const std::vector<Shown>& shown, const Image* free);

 private:
  using Band = std::pair<std::uint32_t, std::uint32_t>;  // rows from, to
  [[nodiscard]] Band changed_rows(const std::vector<Shown>& shown) const;
  void paint_rows(const Strip& rows, const std::vector<Shown>& shown) const;

  const Canvas& canvas_;
  Rgba background_;
  Image image_;
  std::vector<Shown> last_;  // what image_ shows
  bool is_painted_ = false;
};

}  // namespace sl
