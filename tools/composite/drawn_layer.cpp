// Copies of rows, or a mixture.

#include "tools/composite/drawn_layer.h"

#include <algorithm>
#include <cstring>

#include "libcore/pixels/convert.h"
#include "libcore/pixels/working_space.h"

namespace sl {

DrawnLayer::DrawnLayer(const HeldPicture& picture, const LayerSettings& layer, const Canvas& canvas,
                       const std::shared_ptr<const Image>& luma)
    : canvas_(canvas), image_(&picture.image) {
  Chain steps = steps_to(picture, layer, canvas, luma);
  track_ = steps.track();
  if (!steps.empty()) {
    own_ = made_by(steps, picture, layer.name);
    image_ = &own_;
  }
  if (layer.tile) {
    const Extent extent = extent_of(layer, own_size(layer, picture.context->track), canvas.track);
    own_ = tiled(*image_, track_, extent.shown, layer.name);
    image_ = &own_;
    track_.width = extent.shown.width;
    track_.height = extent.shown.height;
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
