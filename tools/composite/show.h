// The scenes of a composite: which of them are seen, and how much of each.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "libcore/media/image.h"
#include "tools/composite/layer_stack.h"

namespace sl {

class Show {
 public:
  // The settings outlive it.
  explicit Show(const StackSettings& settings);

  // As LayerStack::set_canvas, for all scenes; in all of them the canvas is the same.
  void set_canvas(const std::vector<Track>& tracks, const ColorSpace& colors);
  [[nodiscard]] const Track& track() const { return stacks_.front()->track(); }

  // The number of the scene with this name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] const std::vector<std::unique_ptr<LayerStack>>& scenes() const { return stacks_; }
  // What can change from picture to picture; after set_canvas(). Shares of the picture, together 1; the scene that is
  // shown, or begins to be; the one that the preview shows.
  std::vector<double> shares;
  std::size_t shown = 0, previewed = 0;
  // Show other versions of the scenes. A scene keeps the states of the one with its name, or, if it is `fresh`, has
  // those that it sets itself. If the scene that is shown is there no more, the first one is shown.
  void replace(std::vector<Scene> scenes, bool is_fresh);

  using Pictures = std::vector<LayerStack::Picture>;
  // Begin the picture of all scenes by their shares, as LayerStack::begin.
  [[nodiscard]] LayerStack::Begun begin(const Pictures& pictures);
  // Begin the picture of the scene in preview.
  void begin_preview(const Pictures& pictures);
  // Set all samples of these rows of the picture that has begun.
  void paint(const Strip& rows);

 private:
  struct Seen {
    const LayerStack* scene;
    const Image* whole;  // its picture, if it is ready
    double share;        // of the picture
  };
  static void paint_scene(const Seen& seen, const Strip& rows);
  void mix(const Strip& rows);
  void mix_with_alpha(const Strip& rows) const;

  const StackSettings& settings_;
  std::vector<std::unique_ptr<LayerStack>> stacks_;
  std::vector<Track> tracks_;
  std::optional<ColorSpace> colors_;
  std::vector<Seen> seen_;
  Image rows_;  // of a scene that is mixed into others
};

}  // namespace sl
