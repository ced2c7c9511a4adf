// A canvas for the master's track, and what is seen on it.

#include "tools/composite/layer_stack.h"

#include <algorithm>
#include <utility>

#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

// Return the track of the canvas, except for its size: the master's samples, or R'G'B' if layers cannot be put on
// those.
Track canvas_track(const Track& master, bool needs_color, bool needs_rgb) {
  Track track = working(upright_steps(master).track(), WorkingSpace::Straight);
  track.orientation = 1;
  if (track.pixels->packing == Packing::Packed422) track.pixels = &pixel_format("yuv422p");
  if (needs_rgb && track.pixels->model == Model::Yuv) return working(track, WorkingSpace::Rgb);
  if (!needs_color || track.pixels->model != Model::Gray) return track;
  track.pixels = &rgb_format(track.pixels->bits, track.pixels->alpha);
  track.color.matrix = 0;
  track.color.range = Range::Full;
  return track;
}

// Whether an operator changes nothing outside of the layer.
bool is_local(Operator op) {
  return op != Operator::Clear && op != Operator::Source && op != Operator::In && op != Operator::Out &&
         op != Operator::DestinationIn && op != Operator::DestinationAtop;
}

}  // namespace

void LayerStack::set_canvas(const std::vector<Track>& tracks, const ColorSpace& colors, std::optional<Size> size,
                            bool needs_rgb) {
  const std::size_t master = settings_.master;
  if (canvas_ && tracks[master] == made_for_[master] && colors == canvas_->colors) return;
  made_for_ = tracks;
  const bool needs_color = std::ranges::any_of(
      tracks, [](const Track& track) { return track.pixels != nullptr && track.pixels->model != Model::Gray; });
  const Track track = canvas_track(tracks[master], needs_color, needs_rgb);
  Track sized = track;
  lay_out(tracks, size, sized);
  canvas_ = std::make_unique<Canvas>(Canvas{with_same_matrix(track, sized), colors, settings_.threads});
  painter_.emplace(*canvas_);
  drawn_.clear();
  drawn_.resize(tracks.size());
}

// Lay out the layers that the scene lists, and set the size of the canvas.
void LayerStack::lay_out(const std::vector<Track>& tracks, std::optional<Size> size, Track& canvas) {
  layers_ = scene_.layers;
  std::vector<std::size_t> listed;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool has_pictures = tracks[i].pixels != nullptr;  // others are sound alone
    if (layers_[i].listed && !layers_[i].is_hidden && has_pictures) listed.push_back(i);
  }
  std::ranges::sort(listed, {}, [&](std::size_t i) { return layers_[i].order; });
  std::vector<LayerSettings> layers;
  std::vector<Size> sizes;
  std::size_t master = 0;
  for (const std::size_t i : listed) {
    if (i == settings_.master) master = layers.size();
    layers.push_back(layers_[i]);
    sizes.push_back(own_size(layers_[i], tracks[i]));
  }
  if (!size) size = settings_.size;
  if (!layers.empty()) {
    Size& own = sizes[master];
    if (settings_.layout == Layout::Stack) own = fitted_size(layers[master], own, size.value_or(own));
    size = arrange(settings_.layout, size, sizes, master, layers);
  }
  for (std::size_t k = 0; k < listed.size(); ++k) layers_[listed[k]] = layers[k];
  if (states_.empty()) {
    for (const LayerSettings& layer : layers_) states_.push_back(layer.state);
  }
  canvas.width = size->width;
  canvas.height = size->height;
}

void LayerStack::take_over(const LayerStack& older) {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const LayerState &was = older.layers_[i].state, &is = layers_[i].state, &now = older.states_[i];
    if (is.x == was.x) states_[i].x = now.x;
    if (is.y == was.y) states_[i].y = now.y;
    if (is.z == was.z) states_[i].z = now.z;
    if (is.opacity == was.opacity) states_[i].opacity = now.opacity;
    if (is.visible == was.visible) states_[i].visible = now.visible;
    if (is.gain == was.gain) states_[i].gain = now.gain;
    if (is.heard == was.heard) states_[i].heard = now.heard;
    if (is.under == was.under) states_[i].under = now.under;
  }
}

LayerStack::Begun LayerStack::begin(const std::vector<Picture>& pictures) {
  const std::vector<Shown> shown = choose(pictures);
  const Image* const own = &pictures[settings_.master].picture->image;
  const bool on_master = !shown.empty() && shown[0].layer == settings_.master && shown[0].covers(canvas_size()) &&
                         shown[0].size == canvas_size() && shown[0].drawn->samples() == own;
  return {painter_->begin(shown), on_master};
}

// Return what is seen, the lowest first: all from the highest layer on that hides the others.
std::vector<Shown> LayerStack::choose(const std::vector<Picture>& pictures) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const bool has_mask = !layers_[i].masked_by || pictures[*layers_[i].masked_by].picture != nullptr;
    const bool is_seen = !layers_[i].is_hidden && states_[i].visible && states_[i].opacity > 0;
    if (pictures[i].picture != nullptr && has_mask && is_seen) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(states_[i].z, layers_[i].order); });
  std::vector<Shown> shown;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    Shown one = place(*i, pictures);
    const Rect rect{one.place.x, one.place.y, one.size.width, one.size.height};
    if (!part_inside(rect, canvas_size()) && is_local(one.place.op)) continue;
    one.drawn = &drawn(one, pictures);
    shown.insert(shown.begin(), one);
    if (one.covers(canvas_size()) && one.drawn->is_opaque()) break;
  }
  return shown;
}

Shown LayerStack::place(std::size_t i, const std::vector<Picture>& pictures) const {
  const auto number = [&](std::size_t layer) {
    return PictureNumber{pictures[layer].generation, pictures[layer].picture->index};
  };
  const LayerSettings& layer = layers_[i];
  const Size own = own_size(layer, pictures[i].picture->context->track);
  const Extent extent = extent_of(layer, own, canvas_->track);
  const Size group{1U << canvas_->track.pixels->shift_x, 1U << canvas_->track.pixels->shift_y};
  Corner corner = place_of(layer, states_[i], extent.fitted, canvas_size(), group);
  // About the same middle.
  corner.x += (std::int64_t{extent.fitted.width} - extent.one.width) / 2;
  corner.y += (std::int64_t{extent.fitted.height} - extent.one.height) / 2;
  if (layer.tile) {
    const auto before = [](std::int64_t at, std::int64_t tile) { return (at % tile + tile) % tile - tile; };
    corner = {before(corner.x, extent.one.width), before(corner.y, extent.one.height)};
  }
  Shown shown;
  shown.layer = i;
  shown.picture = number(i);
  shown.size = extent.shown;
  shown.place = {corner.x, corner.y, static_cast<float>(states_[i].opacity), layer.blend};
  if (const auto mask = mask_of(i)) shown.mask = number(*mask);
  return shown;
}

// Return the layer whose luma is alpha of this one: with blend=mask its own.
std::optional<std::size_t> LayerStack::mask_of(std::size_t layer) const {
  return layers_[layer].is_mask ? layer : layers_[layer].masked_by;
}

DrawnLayer& LayerStack::drawn(const Shown& shown, const std::vector<Picture>& pictures) {
  Drawn& drawn = drawn_[shown.layer];
  if (!drawn.layer || drawn.picture != shown.picture || drawn.mask != shown.mask) {
    const LayerSettings& layer = layers_[shown.layer];
    const HeldPicture* const picture = pictures[shown.layer].picture;
    if (const auto mask = mask_of(shown.layer)) {
      const Size size = extent_of(layer, own_size(layer, picture->context->track), canvas_->track).fitted;
      if (!drawn.luma || drawn.mask != shown.mask || drawn.luma->strip().width != size.width ||
          drawn.luma->strip().rows != size.height) {
        drawn.luma =
            std::make_shared<const Image>(luma_of(*pictures[*mask].picture, layers_[*mask], size, canvas_->threads));
      }
    }
    drawn.layer.reset();  // its memory serves for the next one
    drawn.layer = std::make_unique<DrawnLayer>(*picture, layer, *canvas_, drawn.luma);
    drawn.picture = shown.picture;
    drawn.mask = shown.mask;
  }
  return *drawn.layer;
}

}  // namespace sl
