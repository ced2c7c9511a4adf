// A layer: the pixels that a list of commands draws. Only those are drawn again that a new list changes.

#pragma once

#include <cstdint>
#include <vector>

#include "libcore/base/size_text.h"
#include "libcore/media/image.h"
#include "owned.h"
#include "texts.h"
#include "values.h"

namespace sl::drawing {

// Pixels from `left` and `top` to before `right` and `bottom`: multiples of 4, except at the frame's end.
struct Box {
  std::uint32_t left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const Box&) const = default;
};

// A surface of the pixels of `rgba`, colours not multiplied by alpha. Throw Resources.
[[nodiscard]] Surface surface_of(const Strip& rgba);

class Layer {
 public:
  // Throw Limit for sizes beyond --max-memory or 32767 pixels a side. `texts` and `images` outlive the layer.
  Layer(const Size& size, Texts& texts, const std::vector<Surface>& images);

  // Draw a new list, where it differs from the one before. Return the boxes that may have changed; they do not overlap.
  const std::vector<Box>& update(std::vector<Command>& commands);
  // The boxes outside which the layer is transparent; they do not overlap.
  [[nodiscard]] const std::vector<Box>& covered() const { return covered_; }

  [[nodiscard]] const Size& size() const { return size_; }
  // Pixels as numbers of 32 bits, ARGB, multiplied by their alpha.
  [[nodiscard]] const std::uint32_t* row(std::uint32_t y) const;

 private:
  [[nodiscard]] std::vector<Area> differences(const std::vector<Command>& commands) const;
  [[nodiscard]] std::vector<Box> boxes_of(const std::vector<Area>& areas) const;
  void draw(const std::vector<Box>& boxes);

  Size size_;
  Texts& texts_;
  const std::vector<Surface>& images_;
  Surface surface_;
  std::vector<Command> commands_;
  std::vector<Box> changed_, covered_;
};

}  // namespace sl::drawing
