// The way of a picture to the screen: (shrink), (convert), (turn), (convert).

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "devices/display/viewer/picture.h"
#include "libcore/media/track.h"
#include "libcore/pixels/step.h"

namespace sl::viewer {

class Renderer {
 public:
  // The image is valid until the next call, and as long as the picture. Colours are converted by matrix and range;
  // primaries and transfer stay unchanged. A picture of at least twice the room is shrunk by a whole factor first,
  // which costs less than converting all of it. Throw Data for colours that cannot be converted.
  Image render(const Picture& picture, Room room);

 private:
  void prepare(const Track& track, std::uint32_t factor);
  Track from_, to_;
  std::uint32_t factor_ = 0;
  std::optional<Chain> steps_;
  std::vector<std::byte> rgb_, copy_;
};

}  // namespace sl::viewer
