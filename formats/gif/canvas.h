// Frames of an animation as the rectangles in which they differ.

#pragma once

#include <cstdint>
#include <vector>

#include "formats/gif/gif.h"
#include "libcore/base/size_text.h"

namespace sl::gif {

using Pixels = std::vector<std::uint8_t>;  // four bytes each: R, G, B, and 0 or 255

// A picture on its way into the file.
struct Job {
  std::uint32_t left = 0, top = 0, width = 0, height = 0;
  Pixels pixels;                    // of the rectangle
  std::vector<std::uint8_t> drawn;  // 1 for each pixel that is stored, 0 for those that stay as they are
  bool has_gaps = false;            // not all are drawn
  std::int64_t delay = 0;
  Disposal disposal = Disposal::Keep;
  std::vector<std::uint8_t> bytes;
};

// The composed picture, frame after frame.
class Canvas {
 public:
  Canvas() = default;
  Canvas(const Size& size, bool has_alpha);

  // Return the pixels of the next frame, which the caller sets.
  [[nodiscard]] Pixels& coming() { return coming_; }
  // The last frame is not shown.
  void drop();
  // Return whether a pixel that is seen must become transparent for the next frame.
  [[nodiscard]] bool must_clear() const;
  // Let the picture of the last frame be cleared after its time.
  void clear_after(Job& last) const;
  // Show the next frame, after the last one was cleared or not; return its picture.
  [[nodiscard]] Job next(bool cleared, bool first);

 private:
  void whole_of(Job& job) const;
  template <class Test>
  void mark_drawn(Job& job, Test&& test, const std::uint8_t* before) const;
  [[nodiscard]] Job difference(bool first) const;

  Size size_;
  bool has_alpha_ = false;
  Pixels screen_, coming_, before_;          // after the last frame; of the next one; before the last frame
  bool is_clear_ = true, was_clear_ = true;  // nothing is on screen_, was on before_
};

}  // namespace sl::gif
