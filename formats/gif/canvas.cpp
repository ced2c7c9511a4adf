// Rectangles, and the pixels in them that change.

#include "formats/gif/canvas.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "formats/animation.h"
#include "libcore/base/rect_rule.h"

namespace sl::gif {

Canvas::Canvas(const Size& size, bool has_alpha)
    : size_(size), has_alpha_(has_alpha), screen_(std::size_t{size.width} * size.height * 4), coming_(screen_.size()) {}

void Canvas::drop() {
  screen_ = std::exchange(before_, {});
  is_clear_ = was_clear_;
}

bool Canvas::must_clear() const {
  for (std::size_t i = 3; i < screen_.size(); i += 4) {
    if (screen_[i] != 0 && coming_[i] == 0) return true;
  }
  return false;
}

void Canvas::clear_after(Job& last) const {
  if (!was_clear_) whole_of(last);
  last.disposal = Disposal::Background;
}

Job Canvas::next(bool cleared, bool first) {
  before_ = screen_;
  was_clear_ = is_clear_;
  if (cleared) {
    std::ranges::fill(screen_, std::uint8_t{0});
    was_clear_ = true;
  }
  Job job = difference(first);
  screen_.swap(coming_);
  coming_.resize(screen_.size());
  is_clear_ = false;
  return job;
}

// Make the picture one of the whole screen: only what a picture covers can be cleared.
void Canvas::whole_of(Job& job) const {
  job.left = job.top = 0;
  job.width = size_.width;
  job.height = size_.height;
  job.pixels = screen_;
  mark_drawn(
      job, [](const std::uint8_t* pixel, const std::uint8_t*) { return pixel[3] != 0; }, nullptr);
}

template <class Test>
void Canvas::mark_drawn(Job& job, Test&& test, const std::uint8_t* before) const {
  const std::size_t count = job.pixels.size() / 4;
  job.drawn.resize(count);
  job.has_gaps = false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t y = i / job.width, x = i % job.width;
    const std::uint8_t* old = before == nullptr ? nullptr : before + ((job.top + y) * size_.width + job.left + x) * 4;
    job.drawn[i] = test(job.pixels.data() + i * 4, old) ? 1 : 0;
    job.has_gaps = job.has_gaps || job.drawn[i] == 0;
  }
}

// The rectangle of the pixels that differ from the screen. One pixel if none does.
Job Canvas::difference(bool first) const {
  const std::size_t row = std::size_t{size_.width} * 4;
  Rect part = changed_part(std::as_bytes(std::span(screen_)), std::as_bytes(std::span(coming_)), size_, 4);
  if (part.width == 0) part = {0, 0, 1, 1};
  if (first && !has_alpha_) part = {0, 0, size_.width, size_.height};
  Job job;
  job.left = static_cast<std::uint32_t>(part.x);
  job.top = static_cast<std::uint32_t>(part.y);
  job.width = part.width;
  job.height = part.height;
  job.pixels.resize(std::size_t{job.width} * job.height * 4);
  for (std::size_t y = 0; y < job.height; ++y)
    std::memcpy(job.pixels.data() + y * job.width * 4, coming_.data() + (job.top + y) * row + std::size_t{job.left} * 4,
                std::size_t{job.width} * 4);
  mark_drawn(
      job,
      [first](const std::uint8_t* pixel, const std::uint8_t* old) {
        return pixel[3] != 0 && (first || std::memcmp(pixel, old, 4) != 0);
      },
      screen_.data());
  return job;
}

}  // namespace sl::gif
