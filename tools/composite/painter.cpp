// Rows are painted in blocks that stay in the cache while all layers are put on them.

#include "tools/composite/painter.h"

#include <algorithm>
#include <thread>

#include "libcore/pixels/canvas.h"

namespace sl {

bool Shown::is_like(const Shown& other) const {
  return layer == other.layer && generation == other.generation && index == other.index && place.x == other.place.x &&
         place.y == other.place.y && place.opacity == other.place.opacity && place.op == other.place.op &&
         size == other.size;
}

bool Shown::covers(const Size& canvas) const {
  return place.op == Operator::Over && place.opacity == 1 && place.x <= 0 && place.y <= 0 &&
         place.x + size.width >= canvas.width && place.y + size.height >= canvas.height;
}

Painter::Painter(const Canvas& canvas)
    : canvas_(canvas), background_{0, 0, 0, canvas.track.pixels->alpha ? 0.0F : 1.0F} {}

Strip Painter::paint(const std::vector<Shown>& shown, const Image* free) {
  const bool has_ground = !shown.empty() && shown[0].covers({canvas_.track.width, canvas_.track.height}) &&
                          shown[0].drawn->is_copyable(shown[0].place);
  const std::vector<Shown> others(shown.begin() + (has_ground ? 1 : 0), shown.end());
  for (const Shown& one : others) one.drawn->prepare(one.place);
  if (free != nullptr) {
    if (!others.empty()) paint_rows(free->strip(), others);
    return free->strip();
  }
  if (image_.empty()) image_ = Image(canvas_.track, "", "the canvas");
  const auto [first, end] = changed_rows(shown);
  if (first < end) {
    const Strip rows = image_.rows(first, end - first);
    has_ground ? shown[0].drawn->copy(rows, shown[0].place) : fill(canvas_.track, rows, background_);
    paint_rows(rows, others);
  }
  last_ = shown;
  is_painted_ = true;
  return image_.strip();
}

// Return the rows in which the canvas does not show what it shall show.
Painter::Band Painter::changed_rows(const std::vector<Shown>& shown) const {
  const std::uint32_t height = canvas_.track.height;
  const auto is_same_layer = [](const Shown& a, const Shown& b) { return a.layer == b.layer; };
  if (!is_painted_ || !std::ranges::equal(shown, last_, is_same_layer)) return {0, height};
  std::int64_t first = height, end = 0;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown[i].is_like(last_[i])) continue;
    for (const Shown* one : {&shown[i], &last_[i]}) {
      first = std::min(first, one->place.y);
      end = std::max(end, one->place.y + one->size.height);
    }
  }
  const std::int64_t group = std::int64_t{1} << canvas_.track.pixels->shift_y;
  first = std::max<std::int64_t>(first, 0) / group * group;
  end = std::min<std::int64_t>((std::max<std::int64_t>(end, 0) + group - 1) / group * group, height);
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)};
}

void Painter::paint_rows(const Strip& rows, const std::vector<Shown>& shown) const {
  const std::uint32_t block = std::max<std::uint32_t>(strip_rows(canvas_.track), 16);
  const auto paint = [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t y = first; y < end; y += block) {
      const Strip part = part_of(rows, y, std::min(block, end - y));
      for (const Shown& one : shown) one.drawn->draw(part, one.place);
    }
  };
  // The threads share the blocks, if there is enough to do for several.
  constexpr std::uint64_t worth_a_thread = 1 << 17;  // pixels: more than 50 us, which starting one takes
  std::uint64_t pixels = 0;
  for (const Shown& one : shown) pixels += std::uint64_t{one.size.width} * std::min(one.size.height, rows.rows);
  const auto threads = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(pixels / worth_a_thread, 1, static_cast<std::uint64_t>(std::max(canvas_.threads, 1))));
  const std::uint32_t share = (rows.rows / threads + block - 1) / block * block;
  std::vector<std::jthread> others;
  std::uint32_t first = 0;
  for (; share != 0 && others.size() + 1 < threads && first + share < rows.rows; first += share) {
    others.emplace_back(paint, first, first + share);
  }
  paint(first, rows.rows);
}

}  // namespace sl
