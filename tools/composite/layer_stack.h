// The layers of a scene as they lie over each other: the canvas, their states, and their pictures in its colours.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/size_text.h"
#include "libcore/frames/frame_window.h"
#include "libcore/pixels/color_space.h"
#include "tools/composite/layer_settings.h"
#include "tools/composite/layout.h"
#include "tools/composite/painter.h"
#include "tools/composite/scene.h"

namespace sl {

struct StackSettings {
  std::vector<LayerSettings> layers;  // of the inputs, in their order
  std::vector<Scene> scenes;          // the first is shown at the start
  std::size_t master = 0, previewed = 0;
  std::optional<Size> size;
  Layout layout = Layout::Stack;
  int threads = 1;
};

class LayerStack {
 public:
  // The settings outlive it.
  LayerStack(const StackSettings& settings, Scene scene) : settings_(settings), scene_(std::move(scene)) {}

  // Make the canvas for pictures of the master, if it is another one than before: `tracks` are those of all layers.
  // `size` is the canvas's; by default it follows from the scene. Throw Data, Limit.
  void set_canvas(const std::vector<Track>& tracks, const ColorSpace& colors, std::optional<Size> size, bool needs_rgb);
  [[nodiscard]] const std::string& name() const { return scene_.name; }
  [[nodiscard]] const std::vector<LayerSettings>& layers() const { return scene_.layers; }
  // Take over the states of a stack for another version of the scene, except values that the new version has changed.
  void take_over(const LayerStack& older);
  [[nodiscard]] const Track& track() const { return canvas_->track; }
  // What can change from picture to picture; after set_canvas().
  [[nodiscard]] std::vector<LayerState>& states() { return states_; }

  // A layer's picture at this moment. Pictures of other numbers or generations are other ones.
  struct Picture {
    const HeldPicture* picture = nullptr;  // null: nothing is shown
    std::uint64_t generation = 0;
  };
  // Begin to put the pictures of all layers over each other; they outlive paint().
  struct Begun {
    const Image* whole = nullptr;  // if it is ready; else paint() makes its rows
    bool on_master = false;        // the master's picture is its ground, where it was
  };
  [[nodiscard]] Begun begin(const std::vector<Picture>& pictures);
  // Set all samples of these rows.
  void paint(const Strip& rows) const { painter_->paint(rows); }

 private:
  [[nodiscard]] Size canvas_size() const { return {canvas_->track.width, canvas_->track.height}; }
  [[nodiscard]] std::vector<Shown> choose(const std::vector<Picture>& pictures);
  [[nodiscard]] Shown place(std::size_t layer, const std::vector<Picture>& pictures) const;
  [[nodiscard]] std::optional<std::size_t> mask_of(std::size_t layer) const;
  [[nodiscard]] DrawnLayer& drawn(const Shown& shown, const std::vector<Picture>& pictures);

  void lay_out(const std::vector<Track>& tracks, std::optional<Size> size, Track& canvas);

  const StackSettings& settings_;
  Scene scene_;
  std::vector<Track> made_for_;
  std::unique_ptr<Canvas> canvas_;
  std::optional<Painter> painter_;
  std::vector<LayerSettings> layers_;  // as laid out
  std::vector<LayerState> states_;
  struct Drawn {
    PictureNumber picture, mask;
    std::shared_ptr<const Image> luma;  // of the mask
    std::unique_ptr<DrawnLayer> layer;
  };
  std::vector<Drawn> drawn_;  // of each layer, made once
};

}  // namespace sl
