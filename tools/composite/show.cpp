// Each scene has a canvas of its own. While two are seen, their rows are mixed where they leave.

#include "tools/composite/show.h"

#include <algorithm>
#include <utility>

#include "libcore/pixels/blend.h"
#include "libcore/pixels/canvas.h"
#include "libcore/pixels/composite.h"

namespace sl {

Show::Show(const StackSettings& settings) : settings_(settings) {
  for (const Scene& scene : settings.scenes) stacks_.push_back(std::make_unique<LayerStack>(settings, scene));
  shares.assign(stacks_.size(), 0.0);
  shares[0] = 1;
  previewed = settings.previewed;
}

void Show::set_canvas(const std::vector<Track>& tracks, const ColorSpace& colors) {
  const std::size_t master = settings_.master;
  if (colors_ && tracks[master] == tracks_[master] && colors == *colors_) return;
  tracks_ = tracks;
  colors_ = colors;
  std::optional<Size> size;
  bool needs_rgb = false;
  for (const auto& stack : stacks_) {
    for (const LayerSettings& layer : stack->layers()) {
      needs_rgb = needs_rgb || (layer.listed && !works_in_yuv(layer.blend));
    }
  }
  if (!stacks_.front()->name().empty()) {
    const LayerSettings& layer = settings_.layers[master];
    const Size own = own_size(layer, tracks[master]);
    size = settings_.size.value_or(fitted_size(layer, own, own));
  }
  for (const auto& stack : stacks_) stack->set_canvas(tracks, colors, size, needs_rgb);
  rows_ = {};
}

std::optional<std::size_t> Show::find(std::string_view name) const {
  const auto found = std::ranges::find_if(stacks_, [&](const auto& stack) { return stack->name() == name; });
  if (found == stacks_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - stacks_.begin());
}

void Show::replace(std::vector<Scene> scenes, bool is_fresh) {
  std::vector<std::unique_ptr<LayerStack>> older = std::move(stacks_);
  const std::string shown_name = older[shown]->name(), previewed_name = older[previewed]->name();
  stacks_.clear();
  for (Scene& scene : scenes) stacks_.push_back(std::make_unique<LayerStack>(settings_, std::move(scene)));
  const auto tracks = tracks_;
  const auto colors = std::exchange(colors_, std::nullopt);
  set_canvas(tracks, *colors);
  for (const auto& stack : stacks_) {
    const auto same = std::ranges::find_if(older, [&](const auto& other) { return other->name() == stack->name(); });
    if (!is_fresh && same != older.end()) stack->take_over(**same);
  }
  shown = find(shown_name).value_or(0);
  previewed = find(previewed_name).value_or(stacks_.size() > 1 ? 1 : 0);
  shares.assign(stacks_.size(), 0.0);
  shares[shown] = 1;
}

LayerStack::Begun Show::begin(const Pictures& pictures) {
  seen_.clear();
  LayerStack::Begun begun;
  for (std::size_t i = 0; i < stacks_.size(); ++i) {
    if (shares[i] <= 0) continue;
    begun = stacks_[i]->begin(pictures);
    seen_.push_back({stacks_[i].get(), begun.whole, shares[i]});
  }
  return seen_.size() == 1 ? begun : LayerStack::Begun();
}

void Show::begin_preview(const Pictures& pictures) {
  LayerStack& scene = *stacks_[previewed];
  seen_ = {{&scene, scene.begin(pictures).whole, 1}};
}

void Show::paint(const Strip& rows) {
  if (seen_.size() == 1) return paint_scene(seen_[0], rows);
  track().pixels->alpha ? mix_with_alpha(rows) : mix(rows);
}

void Show::paint_scene(const Seen& seen, const Strip& rows) {
  seen.whole != nullptr ? copy_rows(seen.whole->rows(rows.first, rows.rows), rows) : seen.scene->paint(rows);
}

void Show::mix(const Strip& rows) {
  paint_scene(seen_[0], rows);
  double sum = seen_[0].share;
  for (std::size_t i = 1; i < seen_.size(); ++i) {
    if (rows_.empty()) rows_ = Image(track(), "", "a mixture of scenes");
    Strip other = packed_strip(*rows.format, rows.width, rows.rows, rows_.bytes().data());
    other.first = rows.first;
    paint_scene(seen_[i], other);
    sum += seen_[i].share;
    for (int p = 0; p < rows.format->planes; ++p) {
      const Plane &to = rows.planes[static_cast<std::size_t>(p)], &from = other.planes[static_cast<std::size_t>(p)];
      const std::size_t bytes = to.stride * to.rows;
      blend(*rows.format, {to.data, bytes}, {from.data, bytes}, seen_[i].share / sum, {to.data, bytes});
    }
  }
}

// What is transparent has no color in the mixture: the sum of colors that are multiplied by alpha.
void Show::mix_with_alpha(const Strip& rows) const {
  Track part = track();
  part.height = rows.rows;
  Strip at_top = rows;
  at_top.first = 0;
  fill(part, at_top, {0, 0, 0, 0});
  for (const Seen& seen : seen_) {
    const Image scene(part, "", "a mixture of scenes");
    Strip own = scene.strip();
    own.first = rows.first;
    paint_scene(seen, own);
    Composite(part).apply(at_top, Layer(part, scene, part), {0, 0, static_cast<float>(seen.share), Operator::Plus});
  }
}

}  // namespace sl
