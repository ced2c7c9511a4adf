// The pixel format and the colours of each working space.

#include "libcore/pixels/working_space.h"

#include <algorithm>

#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/color.h"

namespace sl {

namespace {

Track decided(Track track) {
  const convert::Space space = convert::decide(track, track).from;
  track.color.range = space.range;
  if (space.model == Model::Yuv) {
    track.color.matrix = space.matrix;
    track.color.chroma = space.chroma;
  }
  return track;
}

const PixelFormat& rgb_of(const PixelFormat& from) {
  if (from.sample == Sample::F32) return pixel_format(from.alpha ? "rgbaf32le" : "rgbf32le");
  if (from.bits > 8) return pixel_format(from.alpha ? "rgba64le" : "rgb48le");
  return pixel_format(from.alpha ? "rgba" : "rgb24");
}

const PixelFormat& float_planes_of(const PixelFormat& from) {
  if (from.model == Model::Gray && !from.alpha) return pixel_format("grayf32le");
  return pixel_format(from.alpha ? "gbrapf32le" : "gbrpf32le");
}

Track full_range(Track track, const PixelFormat& pixels, Alpha alpha) {
  track.pixels = &pixels;
  track.alpha = alpha;
  track.color.range = Range::Full;
  track.color.chroma = Chroma::Unknown;
  if (pixels.model == Model::Rgb) track.color.matrix = 0;
  // Gray has no matrix of its own: the one of the colours that it is made of, which R'G'B' does not name.
  if (pixels.model == Model::Gray && track.color.matrix == 0) track.color.matrix = 2;
  return track;
}

// The format for two pictures that differ in theirs.
const PixelFormat& common_format(const Track& a, const Track& b) {
  const bool is_gray = convert::model_of(a) == Model::Gray && convert::model_of(b) == Model::Gray;
  const bool alpha = a.pixels->alpha || b.pixels->alpha;
  const int bits = std::max(a.pixels->bits, b.pixels->bits);
  if (bits == 32) return pixel_format(alpha ? "rgbaf32le" : is_gray ? "grayf32le" : "rgbf32le");
  if (is_gray) return pixel_format(bits > 8 ? (alpha ? "ya16le" : "gray16le") : (alpha ? "ya8" : "gray"));
  return pixel_format(bits > 8 ? (alpha ? "rgba64le" : "rgb48le") : (alpha ? "rgba" : "rgb24"));
}

}  // namespace

Track working(const Track& track, WorkingSpace space) {
  const Alpha straight = track.alpha == Alpha::Premultiplied ? Alpha::Straight : track.alpha;
  Track result = track;
  switch (space) {
    case WorkingSpace::Decided:
      return decided(track);
    case WorkingSpace::Straight:
      result.alpha = straight;
      return result;
    case WorkingSpace::Rgb:
      return full_range(track, rgb_of(*track.pixels), straight);
    case WorkingSpace::Rgb24:
      result.bits = 0;
      return full_range(result, pixel_format("rgb24"), Alpha::None);
    case WorkingSpace::Gray:
      result.bits = 0;
      return full_range(result, pixel_format("gray"), Alpha::None);
    case WorkingSpace::FloatGray:
      return full_range(track, pixel_format("grayf32le"), Alpha::None);
    case WorkingSpace::FloatRgb:
      return full_range(track, pixel_format("rgbf32le"), Alpha::None);
    case WorkingSpace::FloatRgba:
      return full_range(track, pixel_format("rgbaf32le"), Alpha::Straight);
    case WorkingSpace::FloatPlanes:
      break;
  }
  return full_range(track, float_planes_of(*track.pixels), track.pixels->alpha ? Alpha::Straight : Alpha::None);
}

Track common_track(const Track& a, const Track& b) {
  if (!Converter::needed(a, b)) return a;
  Track common = a;
  common.pixels = &common_format(a, b);
  common.alpha = common.pixels->alpha ? Alpha::Straight : Alpha::None;
  common.color.range = Range::Full;
  common.color.chroma = Chroma::Unknown;
  common.color.matrix = common.pixels->model == Model::Rgb ? 0 : 2;
  common.fields = Fields::Unknown;
  return common;
}

Track with_same_matrix(const Track& from, Track to) {
  const int matrix = decided(from).color.matrix;
  if (decided(to).color.matrix != matrix) to.color.matrix = matrix;
  return to;
}

}  // namespace sl
