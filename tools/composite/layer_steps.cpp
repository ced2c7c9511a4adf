// What a layer does not ask for has no step. Shapes and rotations need alpha: the picture becomes R'G'B' then.

#include "tools/composite/layer_steps.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/color_transform.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/mover.h"
#include "libcore/pixels/resample.h"
#include "libcore/pixels/rgba_over.h"
#include "libcore/pixels/rotate.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"
#include "tools/composite/covering.h"

namespace sl {

namespace {

Size size_of(const Track& track) { return {track.width, track.height}; }

Rect cropped_part(const LayerSettings& layer, const Size& size) {
  if (!layer.crop) return {0, 0, size.width, size.height};
  const auto part = part_inside(layer.crop->in(size), size);
  if (!part) throw Error(Status::Data, "layer " + layer.name + ": the crop lies outside of the picture");
  return *part;
}

// Add the steps that change no sample.
void add_moves(Chain& steps, const LayerSettings& layer) {
  const Rect part = cropped_part(layer, size_of(steps.track()));
  if (!(Size{part.width, part.height} == size_of(steps.track()))) {
    steps.add(std::make_unique<Mover>(steps.track(), crop_to(steps.track(), part)));
  }
  if (!layer.flip.is_nothing()) {
    steps.add(std::make_unique<Mover>(steps.track(), turn_by(steps.track(), layer.flip)));
  }
  if (layer.rotate.quarters() > 0) {
    steps.add(rotator(steps.track(), layer.rotate.degrees, RotatedSize::Grow, {}));
  }
}

void add_size(Chain& steps, const Size& size, int threads) {
  if (size == size_of(steps.track())) return;
  Resampler::Settings settings;
  settings.threads = threads;
  steps.add(std::make_unique<Resampler>(steps.track(), size, settings));
}

// Add a step that brings colours to those of the canvas. It works in R'G'B'.
void add_colors(Chain& steps, const ColorSpace& own, const Canvas& canvas) {
  const Track& from = steps.track();
  Track to = working(from, WorkingSpace::Rgb);
  to.pixels = &rgb_format(std::max(from.pixels->bits, canvas.track.pixels->bits), from.pixels->alpha);
  to.bits = 0;
  to.color.matrix = 0;
  to.color.primaries = canvas.track.color.primaries;
  to.color.transfer = canvas.track.color.transfer;
  ColorTransform::Settings settings;
  settings.threads = canvas.threads;
  steps.add(std::make_unique<ColorTransform>(from, own, to, canvas.colors, settings));
}

// Add a step to R'G'B' with straight alpha.
void add_alpha(Chain& steps) {
  Track to = working(steps.track(), WorkingSpace::Rgb);
  to.pixels = &rgb_format(to.pixels->bits, true);
  to.alpha = Alpha::Straight;
  steps.convert_to(to);
}

// Cut the picture to its shape.
void add_shape(Chain& steps, const LayerSettings& layer, const std::shared_ptr<const Image>& luma) {
  const Size size = size_of(steps.track());
  if (luma != nullptr) {
    add_alpha(steps);
    const auto shares = [luma](std::uint32_t y, std::span<float> row) {
      std::copy_n(luma->strip().planes[0].row<float>(y), row.size(), row.begin());
    };
    steps.add(std::make_unique<Covering>(steps.track(), shares, layer.is_mask));
  }
  if (!layer.radius) return;
  add_alpha(steps);
  const double side = std::min(size.width, size.height);
  const double radius = layer.radius->is_percent ? layer.radius->value / 100 * side : layer.radius->value;
  steps.add(std::make_unique<Covering>(steps.track(), rounded_corners(size, radius), false));
}

void add_rotation(Chain& steps, const LayerSettings& layer, const Canvas& canvas) {
  add_alpha(steps);
  Track upright = steps.track();
  upright.sample_aspect = canvas.track.sample_aspect;  // it lies in pixels of the canvas
  Warper::Settings settings;
  settings.threads = canvas.threads;
  steps.add(rotator(upright, layer.rotate.degrees, RotatedSize::Grow, settings));
}

// Add a step to RGBA for RgbaOver, if it changes no color.
void add_rgba(Chain& steps, const Canvas& canvas) {
  const Track& track = steps.track();
  if (track.pixels->sample != Sample::U8 || track.pixels->model == Model::Yuv || !track.pixels->alpha) return;
  Track rgba = working(track, WorkingSpace::Rgb);
  rgba.pixels = &pixel_format("rgba");
  if (track.pixels->name != "rgba" && RgbaOver::takes(rgba, canvas.track)) steps.convert_to(rgba);
}

}  // namespace

const PixelFormat& rgb_format(int bits, bool alpha) {
  if (bits == 32) return pixel_format(alpha ? "rgbaf32le" : "rgbf32le");
  if (bits > 8) return pixel_format(alpha ? "rgba64le" : "rgb48le");
  return pixel_format(alpha ? "rgba" : "rgb24");
}

Size own_size(const LayerSettings& layer, const Track& track) {
  const Rect part = cropped_part(layer, upright_size(track));
  return layer.rotate.quarters() % 2 == 1 ? Size{part.height, part.width} : Size{part.width, part.height};
}

Extent extent_of(const LayerSettings& layer, const Size& own, const Track& canvas) {
  Extent extent;
  extent.fitted = fitted_size(layer, own, size_of(canvas));
  extent.one = layer.rotate.quarters() >= 0 ? extent.fitted
                                            : rotated_size(extent.fitted, layer.rotate.degrees, pixel_shape(canvas));
  extent.shown = extent.one;
  if (!layer.tile) return extent;
  // One more than fit, as the first may begin outside.
  const auto length = [](std::uint32_t tile, std::uint32_t whole) {
    const std::uint64_t all = (std::uint64_t{whole} / tile + 2) * tile;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(all, wire_limit::number));
  };
  extent.shown = {length(extent.one.width, canvas.width), length(extent.one.height, canvas.height)};
  return extent;
}

Image luma_of(const HeldPicture& picture, const LayerSettings& mask, const Size& size, int threads) {
  Chain steps = upright_steps(picture.context->track);
  add_moves(steps, mask);
  steps.convert_to(working(steps.track(), WorkingSpace::FloatGray));
  add_size(steps, size, threads);
  return made_by(steps, picture, mask.name);
}

Chain steps_to(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas,
               const std::shared_ptr<const Image>& luma) {
  const FrameContext& context = *picture.context;
  const ColorSpace own = space_of(context.track, context.attachments);
  const bool is_gray = context.track.pixels->model == Model::Gray;
  const bool moves = ColorTransform::needed(own, canvas.colors, is_gray, Intent::Relative);
  Track from = context.track;
  if (!moves) {  // the same meaning, if by other numbers
    from.color.primaries = canvas.track.color.primaries;
    from.color.transfer = canvas.track.color.transfer;
  }
  Chain steps = upright_steps(from);
  add_moves(steps, layer);
  add_size(steps, fitted_size(layer, size_of(steps.track()), size_of(canvas.track)), canvas.threads);
  if (moves) add_colors(steps, own, canvas);
  add_shape(steps, layer, luma);
  if (layer.rotate.quarters() < 0) add_rotation(steps, layer, canvas);
  add_rgba(steps, canvas);
  const PixelFormat& format = *steps.track().pixels;
  if (layer.tile &&
      (steps.track().width % (1U << format.shift_x) != 0 || steps.track().height % (1U << format.shift_y) != 0)) {
    Track whole = steps.track();  // samples of chroma would belong to two tiles
    whole.pixels = &without_subsampling(format);
    steps.convert_to(whole);
  }
  return steps;
}

Image made_by(Chain& steps, const HeldPicture& picture, const std::string& name) {
  // Steps may change what they get, and the picture may be needed again.
  Image copy(picture.context->track, name, "a layer");
  copy_rows(picture.image.strip(), copy.strip());
  Strip whole = copy.strip();
  whole.last = true;
  Image made(steps.track(), name, "a layer");
  steps.push(whole, [&](const Strip& rows) { made.put(rows); });
  return made;
}

Image tiled(const Image& tile, const Track& track, const Size& size, const std::string& name) {
  Track large = track;
  large.width = size.width;
  large.height = size.height;
  Image all(large, name, "its tiles");
  const Strip from = tile.strip(), to = all.strip();
  for (int p = 0; p < track.pixels->planes; ++p) {
    const Plane &one = from.planes[static_cast<std::size_t>(p)], &many = to.planes[static_cast<std::size_t>(p)];
    const std::uint64_t bytes = row_bytes(*track.pixels, p, track.width), row = row_bytes(*track.pixels, p, size.width);
    for (std::uint32_t y = 0; y < many.rows; ++y) {
      for (std::uint64_t x = 0; x < row; x += bytes) {
        std::memcpy(many.row<std::byte>(y) + x, one.row<std::byte>(y % one.rows), std::min(bytes, row - x));
      }
    }
  }
  return all;
}

}  // namespace sl
