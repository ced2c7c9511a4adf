// A canvas for the master's track, and what is seen on it.

#include "tools/composite/layer_stack.h"

#include <algorithm>

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

void LayerStack::set_canvas(const std::vector<Track>& tracks, const ColorSpace& colors) {
  const std::size_t master = settings_.master;
  if (canvas_ && tracks[master] == made_for_[master] && colors == canvas_->colors) return;
  made_for_ = tracks;
  layers_ = settings_.layers;
  std::vector<Size> sizes;
  bool needs_color = false, needs_rgb = false;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    sizes.push_back(cropped_size(layers_[i], tracks[i]));
    needs_color = needs_color || tracks[i].pixels->model != Model::Gray;
    needs_rgb = needs_rgb || !works_in_yuv(layers_[i].blend);
  }
  Size& own = sizes[master];
  if (settings_.layout == Layout::Stack) own = fitted_size(layers_[master], own, settings_.size.value_or(own));
  const Size size = arrange(settings_.layout, settings_.size, sizes, master, layers_);
  if (states_.empty()) {
    for (const LayerSettings& layer : layers_) states_.push_back(layer.state);
  }
  const Track track = canvas_track(tracks[master], needs_color, needs_rgb);
  Track sized = track;
  sized.width = size.width;
  sized.height = size.height;
  canvas_ = std::make_unique<Canvas>(Canvas{with_same_matrix(track, sized), colors, settings_.threads});
  painter_.emplace(*canvas_);
  drawn_.clear();
  drawn_.resize(tracks.size());
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
    if (pictures[i].picture != nullptr && states_[i].visible && states_[i].opacity > 0) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return states_[i].z; });
  std::vector<Shown> shown;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    Shown one = place(*i, pictures[*i]);
    const Rect rect{one.place.x, one.place.y, one.size.width, one.size.height};
    if (!part_inside(rect, canvas_size()) && is_local(one.place.op)) continue;
    one.drawn = &drawn(one, *pictures[*i].picture);
    shown.insert(shown.begin(), one);
    if (one.covers(canvas_size()) && one.drawn->is_opaque()) break;
  }
  return shown;
}

Shown LayerStack::place(std::size_t i, const Picture& picture) const {
  const LayerSettings& layer = layers_[i];
  const Size size = fitted_size(layer, cropped_size(layer, picture.picture->context->track), canvas_size());
  const Size group{1U << canvas_->track.pixels->shift_x, 1U << canvas_->track.pixels->shift_y};
  const Corner corner = place_of(layer, states_[i], size, canvas_size(), group);
  const Placement place{corner.x, corner.y, static_cast<float>(states_[i].opacity), layer.blend};
  return {i, picture.generation, picture.picture->index, place, size, nullptr};
}

DrawnLayer& LayerStack::drawn(const Shown& shown, const HeldPicture& picture) {
  Drawn& drawn = drawn_[shown.layer];
  if (!drawn.layer || drawn.generation != shown.generation || drawn.index != shown.index) {
    drawn.layer.reset();  // its memory serves for the next one
    drawn.layer = std::make_unique<DrawnLayer>(picture, layers_[shown.layer], *canvas_);
    drawn.generation = shown.generation;
    drawn.index = shown.index;
  }
  return *drawn.layer;
}

}  // namespace sl
