// The border of one color around a picture.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libcore/base/rect_rule.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl {

// Rows of pictures go in. A row or column at an edge belongs to the border if each of its samples differs by at most
// `fuzz`, 0 to 1, from the pixel in the corner: the upper left one for the top and the left, the upper right one for
// the right, the lower left one for the bottom, as ImageMagick's -trim has it. Samples are of R'G'B' or gray; alpha is
// a component too, and colours are multiplied by it.
class BorderFinder {
 public:
  BorderFinder(const Track& track, double fuzz);
  ~BorderFinder();
  // Take the next strip of a picture, whose samples may be changed.
  void add(const Strip& strip);
  // Return the stored part that the border of every picture so far leaves, at even places for subsampled chroma and for
  // fields. Pictures that are a border as a whole do not count; nothing, if all are.
  [[nodiscard]] std::optional<Rect> content() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
