// Steps to the canvas's colours, then copies of rows, or a mixture.

#include "tools/composite/drawn_layer.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/pixels/color_transform.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/mover.h"
#include "libcore/pixels/resample.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

Size size_of(const Track& track) { return {track.width, track.height}; }

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

// Add a step to RGBA for RgbaOver, if it changes no color.
void add_rgba(Chain& steps, const Canvas& canvas) {
  const Track& track = steps.track();
  if (track.pixels->sample != Sample::U8 || track.pixels->model == Model::Yuv || !track.pixels->alpha) return;
  Track rgba = working(track, WorkingSpace::Rgb);
  rgba.pixels = &pixel_format("rgba");
  if (track.pixels->name != "rgba" && RgbaOver::takes(rgba, canvas.track)) steps.convert_to(rgba);
}

// Return the steps from a picture's track to the samples that are put on the canvas.
Chain steps_to(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas) {
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
  if (layer.crop) {
    const Size size = size_of(steps.track());
    const auto part = part_inside(layer.crop->in(size), size);
    if (!part) throw Error(Status::Data, "layer " + layer.name + ": the crop lies outside of the picture");
    if (!(size == Size{part->width, part->height})) {
      steps.add(std::make_unique<Mover>(steps.track(), crop_to(steps.track(), *part)));
    }
  }
  const Size fitted = fitted_size(layer, size_of(steps.track()), size_of(canvas.track));
  if (!(fitted == size_of(steps.track()))) {
    Resampler::Settings settings;
    settings.threads = canvas.threads;
    steps.add(std::make_unique<Resampler>(steps.track(), fitted, settings));
  }
  if (moves) add_colors(steps, own, canvas);
  add_rgba(steps, canvas);
  return steps;
}

}  // namespace

const PixelFormat& rgb_format(int bits, bool alpha) {
  if (bits == 32) return pixel_format(alpha ? "rgbaf32le" : "rgbf32le");
  if (bits > 8) return pixel_format(alpha ? "rgba64le" : "rgb48le");
  return pixel_format(alpha ? "rgba" : "rgb24");
}

Size cropped_size(const LayerSettings& layer, const Track& track) {
  const Size size = upright_size(track);
  if (!layer.crop) return size;
  const auto part = part_inside(layer.crop->in(size), size);
  if (!part) throw Error(Status::Data, "layer " + layer.name + ": the crop lies outside of the picture");
  return {part->width, part->height};
}

DrawnLayer::DrawnLayer(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas)
    : canvas_(canvas), image_(&picture.image) {
  Chain steps = steps_to(picture, layer, canvas);
  track_ = steps.track();
  if (!steps.empty()) {
    // Steps may change what they get, and the picture may be needed again.
    Image copy(picture.context->track, layer.name, "a layer");
    copy_rows(picture.image.strip(), copy.strip());
    Strip whole = copy.strip();
    whole.last = true;
    own_ = Image(track_, layer.name, "a layer");
    steps.push(whole, [&](const Strip& rows) { own_.put(rows); });
    image_ = &own_;
  }
  Track same = canvas.track;
  same.width = track_.width;
  same.height = track_.height;
  is_same_ = track_.pixels == same.pixels && !Converter::needed(track_, with_same_matrix(canvas.track, same));
  if (RgbaOver::takes(track_, canvas.track)) rgba_.emplace(track_, canvas.track);
}

// Pixels that share chroma come from one picture then.
bool DrawnLayer::is_copyable(const Placement& place) const {
  const auto is_whole = [](std::int64_t at, std::uint32_t size, int shift, std::uint32_t whole) {
    const std::int64_t group = std::int64_t{1} << shift;
    return at % group == 0 && ((at + size) % group == 0 || at + size >= whole);
  };
  const PixelFormat& format = *track_.pixels;
  return is_same_ && place.op == Operator::Over && place.opacity == 1 &&
         is_whole(place.x, track_.width, format.shift_x, canvas_.track.width) &&
         is_whole(place.y, track_.height, format.shift_y, canvas_.track.height);
}

void DrawnLayer::prepare(const Placement& place) {
  if (is_quick(place)) return;
  if (!layer_) layer_.emplace(track_, *image_, canvas_.track);
}

void DrawnLayer::draw(const Strip& rows, const Placement& place) const {
  if (copies(place)) return copy(rows, place);
  if (rgba_ && place.op == Operator::Over) return rgba_->apply(rows, image_->strip(), place);
  Composite(canvas_.track).apply(rows, *layer_, place);
}

void DrawnLayer::copy(const Strip& rows, const Placement& place) const {
  const std::int64_t top = std::max<std::int64_t>(rows.first, place.y);
  const std::int64_t bottom = std::min<std::int64_t>(std::int64_t{rows.first} + rows.rows, place.y + track_.height);
  const std::int64_t left = std::max<std::int64_t>(0, place.x);
  const std::int64_t right = std::min<std::int64_t>(rows.width, place.x + track_.width);
  if (top >= bottom || left >= right) return;
  const PixelFormat& format = *rows.format;
  const auto at = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  const Strip picture = image_->strip();
  for (int p = 0; p < format.planes; ++p) {
    const Plane &from = picture.planes[static_cast<std::size_t>(p)], &to = rows.planes[static_cast<std::size_t>(p)];
    const std::uint64_t source = row_bytes(format, p, at(left - place.x)), target = row_bytes(format, p, at(left));
    const std::uint64_t bytes = row_bytes(format, p, at(right)) - target;
    const std::uint32_t first = plane_rows(format, p, at(top - place.y)),
                        start = plane_rows(format, p, at(top - rows.first));
    const std::uint32_t end = plane_rows(format, p, at(bottom - rows.first));
    for (std::uint32_t y = start; y < end; ++y) {
      std::memcpy(to.row<std::byte>(y) + target, from.row<std::byte>(first + y - start) + source, bytes);
    }
  }
}

}  // namespace sl
