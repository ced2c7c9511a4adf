// A picture to show: whole, unconverted, with its times.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/media/frame.h"

namespace sl {

struct Track;

}  // namespace sl

namespace sl::viewer {

struct Picture {
  std::shared_ptr<const Track> track;
  Frame frame;
  std::vector<std::byte> samples;  // in the order of planes
  std::uint64_t stream = 0;        // which stream of the input
  std::int64_t time = 0;           // ns of that stream's time
  std::int64_t duration = 0;       // ns; 0: unknown
  // A still is the only picture of its stream. Until it is known whether another one follows, the kind is unknown.
  enum class Kind { Unknown, Still, Moving } kind = Kind::Moving;
};
using PicturePointer = std::shared_ptr<Picture>;

// Upright samples as screens have them, packed rows of R G B.
struct Image {
  std::uint32_t width = 0, height = 0;
  const std::byte* samples = nullptr;
  double pixel_aspect = 1;  // width of a pixel to its height
};

// The pixels available; 0 for any number.
struct Room {
  std::uint32_t width = 0, height = 0;
};

}  // namespace sl::viewer
