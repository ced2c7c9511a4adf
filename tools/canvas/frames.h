// Drivers of drawing: over the frames of a stream, or as a stream of its own.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "canvas.h"
#include "layer.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {
class Reader;
class Writer;
namespace wire {
struct Header;
}
}  // namespace sl

namespace sl::drawing {

// The frame that is drawn on.
struct Moment {
  const Track& track;
  const Frame& frame;
  double time = 0;              // seconds
  std::optional<double> level;  // of the sound that came last, in dB of full scale (RMS)
};

// Records what is drawn at a moment, on an empty canvas.
using Draw = std::function<void(const Moment&, Canvas&)>;

struct Artist {
  Texts& texts;
  const std::vector<Surface>& images;
  Draw draw;
  // Takes a record that belongs to no picture, instead of passing it on; may be empty. Return false to let it pass.
  std::function<bool(Reader&, const wire::Header&)> take{};
};

// Draw over the frames of each track of raw video; all else passes. Frames are turned upright first.
void draw_over(Reader& in, Writer& out, const Artist& artist);

struct LayerStream {
  Size size{1280, 720};
  Rational rate{25, 1};
  std::optional<std::uint64_t> frames;  // nothing: until the reader ends
};
// Write pictures of the layer alone: RGBA of 8 bits, sRGB, alpha straight.
void draw_stream(Writer& out, const LayerStream& stream, const Artist& artist);

}  // namespace sl::drawing
