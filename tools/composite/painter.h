// The canvas: layers put over each other, from the lowest to the highest, and only where they have changed.

#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "libcore/base/color_text.h"
#include "libcore/media/image.h"
#include "tools/composite/drawn_layer.h"

namespace sl {

// Which picture of a layer it is.
struct PictureNumber {
  std::uint64_t generation = 0, index = 0;
  bool operator==(const PictureNumber&) const = default;
};

// A picture at its place.
struct Shown {
  std::size_t layer = 0;
  PictureNumber picture, mask;
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

  // Begin a picture of these, the lowest first, which outlive it. Return it if it is painted whole: where little has
  // changed since the picture before, only that is painted, and slow layers are by several threads. It is valid until
  // the next call. Else return null, and paint() makes its rows.
  [[nodiscard]] const Image* begin(const std::vector<Shown>& shown);
  // Set all samples of these rows.
  void paint(const Strip& rows) const;

 private:
  using Band = std::pair<std::uint32_t, std::uint32_t>;  // rows from, to
  // Return the rows in which both do not look the same.
  [[nodiscard]] Band changed_rows(const std::vector<Shown>& a, const std::vector<Shown>& b) const;
  void paint_kept(const Band& band);
  [[nodiscard]] std::span<const Shown> others() const;  // without the ground

  const Canvas& canvas_;
  Rgba background_;
  std::vector<Shown> shown_;
  bool has_ground_ = false;  // the lowest one is copied, and fills the canvas
  Image kept_;
  std::vector<Shown> kept_shows_;
};

}  // namespace sl
