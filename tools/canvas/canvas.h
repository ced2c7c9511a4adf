// A canvas that records: what is drawn for one frame becomes a list of commands, which is compared to that of the frame
// before (layer.h).

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "libcore/base/size_text.h"
#include "texts.h"
#include "values.h"

namespace sl::drawing {

class Canvas {
 public:
  // `texts` outlives the canvas. `images` are the sizes of the pictures that commands may name.
  Canvas(Texts& texts, const Size& size) : texts_(texts), size_(size) { begin(); }

  // Begin a new list, with an identical transform and no clip.
  void begin();
  [[nodiscard]] const Size& size() const { return size_; }
  [[nodiscard]] Texts& texts() { return texts_; }

  // The state of the canvas: a transform and a clip.
  void save();
  // The same, and draw on a transparent picture until the restore(), which then draws it with the opacity and blend
  // mode of `paint`.
  void save_layer(const Paint& paint);
  void restore();  // does nothing without a save()
  [[nodiscard]] std::size_t saved() const { return states_.size(); }
  void restore_to(std::size_t count);
  void concat(const Transform& transform);
  void set_transform(const Transform& transform) { state_.transform = transform; }
  void clip(const Path& path, bool antialias);
  [[nodiscard]] const Transform& transform() const { return state_.transform; }
  [[nodiscard]] Area clip_bounds() const;  // in pixels

  // Points of paths a million pixels away are brought nearer; other things there are left out. Throw Limit for more
  // than 100,000 commands a frame or dashes of a line, or 200 clips.
  void draw(Shape shape, const Paint& paint);
  void clear(const Rgba& color);

  // The list. Layers that are still open end.
  [[nodiscard]] std::vector<Command>& commands() {
    restore_to(0);
    return commands_;
  }

 private:
  struct State {
    Transform transform;
    std::shared_ptr<const Clip> clip;
  };
  struct Below {  // a layer
    std::vector<Command> commands;
    Paint paint;
  };
  struct Saved {
    State state;
    std::optional<Below> below;
  };
  void add(Command command);
  [[nodiscard]] int clip_depth() const;
  [[nodiscard]] Area bounds_of_shape(const Shape& shape, const Paint& paint) const;

  Texts& texts_;
  Size size_;
  State state_;
  std::vector<Saved> states_;
  std::vector<Command> commands_;  // of the innermost layer
  std::size_t recorded_ = 0;       // in all layers
};

}  // namespace sl::drawing
