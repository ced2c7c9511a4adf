// The layers of a composite as they lie over each other: the canvas, their states, and their pictures in its colours.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/base/size_text.h"
#include "libcore/frames/frame_window.h"
#include "libcore/pixels/color_space.h"
#include "tools/composite/layer_settings.h"
#include "tools/composite/layout.h"
#include "tools/composite/painter.h"

namespace sl {

struct StackSettings {
  std::vector<LayerSettings> layers;  // of the inputs, in their order
  std::size_t master = 0;
  std::optional<Size> size;
  Layout layout = Layout::Stack;
  int threads = 1;
};

class LayerStack {
 public:
  // The settings outlive it.
  explicit LayerStack(const StackSettings& settings) : settings_(settings) {}

  // Make the canvas for pictures of the master, if it is another one than before: `tracks` are those of all layers.
  // Throw Data, Limit.
  void set_canvas(const std::vector<Track>& tracks, const ColorSpace& colors);
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
  [[nodiscard]] Shown place(std::size_t layer, const Picture& picture) const;
  [[nodiscard]] DrawnLayer& drawn(const Shown& shown, const HeldPicture& picture);

  const StackSettings& settings_;
  std::vector<Track> made_for_;
  std::unique_ptr<Canvas> canvas_;
  std::optional<Painter> painter_;
  std::vector<LayerSettings> layers_;  // as laid out
  std::vector<LayerState> states_;
  struct Drawn {
    std::uint64_t generation = 0, index = 0;
    std::unique_ptr<DrawnLayer> layer;
  };
  std::vector<Drawn> drawn_;  // of each layer, made once
};

}  // namespace sl
