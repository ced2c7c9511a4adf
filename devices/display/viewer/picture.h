// A picture to show: whole, unconverted, with its times.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/pixels/shrink.h"
#include "libcore/pixels/upright_converter.h"

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

class Renderer {
 public:
  // The image is valid until the next call, and as long as the picture. Colours are converted by matrix and range;
  // primaries and transfer stay unchanged. A picture of at least twice the room is shrunk by a whole factor first,
  // which costs less than converting all of it. Throw Data for colours that cannot be converted.
  Image render(const Picture& picture, Room room);

 private:
  void prepare(const Track& track, std::uint32_t factor);
  void push(const Strip& strip);
  void convert(const Strip& strip);
  void keep(const Strip& strip);

  Track from_, to_;
  std::uint32_t factor_ = 0;
  std::optional<Shrinker> shrinker_;
  std::optional<UprightConverter> converter_;
  std::vector<std::byte> rgb_, copy_;
};

}  // namespace sl::viewer
