// Putting one picture over another: the operators of Porter and Duff and the blend modes of pages, on rows in the
// samples of the lower one.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "libcore/base/parse.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert/color.h"

namespace sl {

// T. Porter, T. Duff: Compositing Digital Images (1984). The layer is the source, the picture below the destination.
// From Multiply on: W3C, Compositing and Blending Level 1, 10.1; where both pictures are, the mode mixes their colours.
enum class Operator : std::uint8_t {
  Clear,
  Source,
  Destination,
  Over,
  DestinationOver,
  In,
  DestinationIn,
  Out,
  DestinationOut,
  Atop,
  DestinationAtop,
  Xor,
  Plus,
  Multiply,
  Screen,
  Overlay,
  Darken,
  Lighten,
  Difference
};
inline constexpr Name<Operator> operator_names[] = {{"over", Operator::Over},
                                                    {"source", Operator::Source},
                                                    {"in", Operator::In},
                                                    {"out", Operator::Out},
                                                    {"atop", Operator::Atop},
                                                    {"xor", Operator::Xor},
                                                    {"plus", Operator::Plus},
                                                    {"clear", Operator::Clear},
                                                    {"destination", Operator::Destination},
                                                    {"destination-over", Operator::DestinationOver},
                                                    {"destination-in", Operator::DestinationIn},
                                                    {"destination-out", Operator::DestinationOut},
                                                    {"destination-atop", Operator::DestinationAtop},
                                                    {"multiply", Operator::Multiply},
                                                    {"screen", Operator::Screen},
                                                    {"overlay", Operator::Overlay},
                                                    {"darken", Operator::Darken},
                                                    {"lighten", Operator::Lighten},
                                                    {"difference", Operator::Difference},
                                                    {"add", Operator::Plus},
                                                    {"normal", Operator::Over}};
// Return whether an operator gives the same picture in YUV as in R'G'B'. Plus is clamped differently there, and the
// blend modes have no meaning: a Composite takes them on RGB and gray only.
[[nodiscard]] constexpr bool works_in_yuv(Operator op) { return op < Operator::Plus; }

// A picture in the colours of a track, to be put over pictures of that track. Memory: 4 floats a pixel.
class Layer {
 public:
  // `picture` has the track `from`. Throw Data for colours that cannot be brought to those of `below` (other primaries
  // or transfer functions), Limit.
  Layer(const Track& from, const Image& picture, const Track& below);

  [[nodiscard]] std::uint32_t width() const { return width_; }
  [[nodiscard]] std::uint32_t height() const { return height_; }
  // Components 0 to 2 as convert/rows.h counts them: alpha times the distance of the code from black (of chroma from
  // the middle), in codes of the track below. Component 3: alpha, 0 to 1.
  [[nodiscard]] const float* row(int component, std::uint32_t y) const;

 private:
  std::uint32_t width_, height_;
  std::array<std::vector<float>, 4> planes_;
};

// Where and how a layer lies over a picture.
struct Placement {
  std::int64_t x = 0, y = 0;  // of its upper left pixel, may lie outside
  float opacity = 1;          // multiplies its alpha
  Operator op = Operator::Over;
};

// Puts a layer over rows in place. Subsampled chroma takes the mean of the layer over its pixels. A picture without
// alpha is opaque, and stays so: what an operator would make transparent becomes black.
class Composite {
 public:
  // For pictures of `below`, whose alpha is not multiplied into its colours.
  explicit Composite(const Track& below);
  void apply(const Strip& rows, const Layer& layer, const Placement& place) const;

 private:
  Track below_;
  std::array<convert::Code, 4> codes_{};
};

}  // namespace sl
