// Matrices by ITU-T H.273: every one that is made of Kr and Kb, and YCgCo.

#include "libcore/pixels/convert/color.h"

#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/media/track.h"

namespace sl::convert {

namespace {

constexpr int identity = 0, unknown = 2, bt601 = 6, bt709 = 1, ycgco = 8;

// R', G', B' (0 to 1) to Y' (0 to 1), Cb, Cr (-0.5 to 0.5).
Matrix rgb_to_yuv(int matrix) {
  struct Weights {
    double red, blue;
  };
  std::optional<Weights> k;
  switch (matrix) {
    case bt709:
      k = {0.2126, 0.0722};
      break;
    case 4:
      k = {0.30, 0.11};
      break;
    case 5:
    case bt601:
      k = {0.299, 0.114};
      break;
    case 7:
      k = {0.212, 0.087};
      break;
    case 9:
      k = {0.2627, 0.0593};
      break;
    case ycgco:
      return {{{0.25, 0.5, 0.25}, {-0.25, 0.5, -0.25}, {0.5, 0, -0.5}}};
    case 10:
      throw Error(Status::Data, "colours of matrix 10 (BT.2020 constant luminance) cannot be converted");
    default:
      throw Error(Status::Data, "colours of matrix " + std::to_string(matrix) + " cannot be converted");
  }
  const double r = k->red, b = k->blue, g = 1 - r - b;
  return {{{r, g, b}, {-r / (2 * (1 - b)), -g / (2 * (1 - b)), 0.5}, {0.5, -g / (2 * (1 - r)), -b / (2 * (1 - r))}}};
}

constexpr Matrix unit{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

int matrix_by_height(const Track& track) { return track.height < 720 ? bt601 : bt709; }

int usual(int matrix) { return matrix == 5 ? bt601 : matrix; }
bool is_known(int matrix) { return matrix != identity && matrix != unknown; }
Range default_range(Model model) { return model == Model::Yuv ? Range::Limited : Range::Full; }
Chroma default_siting(Range range) { return range == Range::Full ? Chroma::Center : Chroma::Left; }

}  // namespace

Model model_of(const Track& track) {
  const PixelFormat& pixels = *track.pixels;
  if (pixels.model != Model::Yuv || track.color.matrix != identity) return pixels.model;
  if (pixels.shift_x != 0 || pixels.shift_y != 0 || pixels.packing != Packing::Planar) {
    throw Error(Status::Data, std::string(pixels.name) + " with matrix 0: R'G'B' has no chroma to subsample");
  }
  return Model::Rgb;
}

Spaces decide(const Track& from, const Track& to) {
  Spaces s;
  const auto known_differ = [](int a, int b) { return a != b && a != unknown && b != unknown; };
  if (known_differ(from.color.primaries, to.color.primaries) || known_differ(from.color.transfer, to.color.transfer)) {
    throw Error(Status::Data, "other primaries or another transfer function need colour management");
  }
  s.from.model = model_of(from);
  s.to.model = model_of(to);
  s.from.interlaced = s.to.interlaced = from.fields == Fields::Top || from.fields == Fields::Bottom;
  s.from.alpha = from.pixels->alpha ? from.alpha : Alpha::None;
  s.to.alpha = to.pixels->alpha ? to.alpha : Alpha::None;

  const bool same_kind = (s.from.model == Model::Rgb) == (s.to.model == Model::Rgb);
  s.from.range = from.color.range != Range::Unknown ? from.color.range : default_range(s.from.model);
  s.to.range = to.color.range != Range::Unknown ? to.color.range : same_kind ? s.from.range : default_range(s.to.model);

  if (s.from.model == Model::Yuv) {
    s.from.matrix = from.color.matrix != unknown ? usual(from.color.matrix) : matrix_by_height(from);
  }
  if (s.to.model == Model::Yuv) {
    s.to.matrix = to.color.matrix != unknown   ? usual(to.color.matrix)
                  : s.from.model == Model::Yuv ? s.from.matrix
                                               : matrix_by_height(to);
  }
  // Gray is luma by the matrix of the other track; with R'G'B', by the matrix it names, or BT.601 as gray stills are
  // made.
  if (s.from.model == Model::Gray) s.from.matrix = s.to.model == Model::Yuv ? s.to.matrix : bt601;
  if (s.to.model == Model::Gray && s.from.model != Model::Rgb) s.to.matrix = s.from.matrix;
  if (s.to.model == Model::Gray && s.from.model == Model::Rgb) {
    s.to.matrix = is_known(to.color.matrix)     ? usual(to.color.matrix)
                  : is_known(from.color.matrix) ? usual(from.color.matrix)
                                                : bt601;
  }

  const bool both_subsampled = s.from.model == Model::Yuv && s.to.model == Model::Yuv;
  s.from.chroma = from.color.chroma != Chroma::Unknown ? from.color.chroma : default_siting(s.from.range);
  s.to.chroma = to.color.chroma != Chroma::Unknown ? to.color.chroma
                : both_subsampled                  ? s.from.chroma
                                                   : default_siting(s.to.range);
  return s;
}

Code code_of(const PixelFormat& format, const Space& space, int component) {
  const bool chroma = space.model == Model::Yuv && (component == 1 || component == 2);
  const bool limited = space.range == Range::Limited && component != 3;
  if (format.sample == Sample::F32) {
    return limited ? Code{219.0 / 255, 16.0 / 255} : Code{1, 0};
  }
  const double unit_of_8 = 1 << (format.bits - 8), full = (1 << format.bits) - 1;
  if (chroma) return {limited ? 224 * unit_of_8 : full, 128 * unit_of_8};
  return limited ? Code{219 * unit_of_8, 16 * unit_of_8} : Code{full, 0};
}

bool same_axes(const Space& from, const Space& to) {
  if (from.model == Model::Rgb || to.model == Model::Rgb) return from.model == to.model;
  return from.matrix == to.matrix;
}

Affine code_matrix(const PixelFormat& from, const Space& from_space, const PixelFormat& to, const Space& to_space) {
  Matrix nominal = unit;
  if (!same_axes(from_space, to_space)) {
    const auto into_rgb = [](const Space& space) {
      // Gray: R = G = B = Y for every matrix.
      constexpr Matrix replicate{{{1, 0, 0}, {1, 0, 0}, {1, 0, 0}}};
      return space.model == Model::Rgb    ? unit
             : space.model == Model::Gray ? replicate
                                          : inverse(rgb_to_yuv(space.matrix));
    };
    nominal = into_rgb(from_space);
    if (to_space.model != Model::Rgb) nominal = product(rgb_to_yuv(to_space.matrix), nominal);
  }
  Affine result;
  for (std::size_t i = 0; i < 3; ++i) {
    const Code out = code_of(to, to_space, static_cast<int>(i));
    result.offset[i] = out.zero;
    for (std::size_t k = 0; k < 3; ++k) {
      if (from_space.model == Model::Gray && k > 0) continue;  // gray has only the first
      const Code in = code_of(from, from_space, static_cast<int>(k));
      result.factor[i][k] = nominal[i][k] * out.scale / in.scale;
      result.offset[i] -= result.factor[i][k] * in.zero;
    }
  }
  return result;
}

}  // namespace sl::convert
