// The meaning of a track's samples, and the one 3 x 4 matrix that turns codes of one meaning into codes of another.

#pragma once

#include "libcore/media/color.h"
#include "libcore/media/pixel_format.h"
#include "libcore/pixels/matrix.h"

namespace sl {
struct Track;
struct PixelFormat;
}  // namespace sl

namespace sl::convert {

// Return Rgb for YUV formats of matrix 0, whose planes hold G, B, R; else the format's own model. Throws Data for
// matrix 0 with subsampled chroma.
[[nodiscard]] Model model_of(const Track& track);

// A track's colour with every unknown decided (the rules are in convert.h).
struct Space {
  Model model = Model::Rgb;  // by model_of
  int matrix = 6;            // H.273; meaningless for Rgb
  Range range = Range::Full;
  Chroma chroma = Chroma::Center;
  Alpha alpha = Alpha::None;  // None if the format has no alpha
  bool interlaced = false;
};
struct Spaces {
  Space from, to;
};
[[nodiscard]] Spaces decide(const Track& from, const Track& to);

// Nominal values are 0 to 1 (chroma -0.5 to 0.5): code = nominal * scale + zero.
struct Code {
  double scale = 1, zero = 0;
};
[[nodiscard]] Code code_of(const PixelFormat& format, const Space& space, int component);

// Colour codes to colour codes. Gray has one component, in and out. Throws Data for colours that have no matrix.
[[nodiscard]] Affine code_matrix(const PixelFormat& from, const Space& from_space, const PixelFormat& to,
                                 const Space& to_space);

// Whether luma stays luma and chroma chroma (or nothing is either): the matrix is diagonal.
[[nodiscard]] bool same_axes(const Space& from, const Space& to);

}  // namespace sl::convert
