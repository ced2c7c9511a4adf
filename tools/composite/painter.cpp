// Rows are painted in blocks that stay in the cache while all layers are put on them.

#include "tools/composite/painter.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "libcore/pixels/canvas.h"

namespace sl {

bool Shown::is_like(const Shown& other) const {
  return layer == other.layer && picture == other.picture && mask == other.mask && place.x == other.place.x &&
         place.y == other.place.y && place.opacity == other.place.opacity && place.op == other.place.op &&
         size == other.size;
}

bool Shown::covers(const Size& canvas) const {
  return place.op == Operator::Over && place.opacity == 1 && place.x <= 0 && place.y <= 0 &&
         place.x + size.width >= canvas.width && place.y + size.height >= canvas.height;
}

Painter::Painter(const Canvas& canvas)
    : canvas_(canvas), background_{0, 0, 0, canvas.track.pixels->alpha ? 0.0F : 1.0F} {}

const Image* Painter::begin(const std::vector<Shown>& shown) {
  const Band changed = changed_rows(shown, std::exchange(shown_, shown));
  has_ground_ = !shown.empty() && shown[0].covers({canvas_.track.width, canvas_.track.height}) &&
                shown[0].drawn->is_copyable(shown[0].place);
  bool is_slow = false;
  for (const Shown& one : others()) {
    one.drawn->prepare(one.place);
    is_slow = is_slow || !one.drawn->is_quick(one.place);
  }
  const bool is_little = changed.second <= changed.first + canvas_.track.height / 2;
  if (!is_little && !(is_slow && canvas_.threads > 1)) return nullptr;
  const bool is_new = kept_.empty();
  if (is_new) kept_ = Image(canvas_.track, "", "the canvas");
  paint_kept(is_new ? Band{0, canvas_.track.height} : changed_rows(shown, kept_shows_));
  kept_shows_ = shown;
  return &kept_;
}

std::span<const Shown> Painter::others() const { return std::span(shown_).subspan(has_ground_ ? 1 : 0); }

void Painter::paint(const Strip& rows) const {
  has_ground_ ? shown_[0].drawn->copy(rows, shown_[0].place) : fill(canvas_.track, rows, background_);
  for (const Shown& one : others()) one.drawn->draw(rows, one.place);
}

Painter::Band Painter::changed_rows(const std::vector<Shown>& a, const std::vector<Shown>& b) const {
  const std::uint32_t height = canvas_.track.height;
  const auto is_same_layer = [](const Shown& one, const Shown& other) { return one.layer == other.layer; };
  if (!std::ranges::equal(a, b, is_same_layer)) return {0, height};
  std::int64_t first = height, end = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].is_like(b[i])) continue;
    for (const Shown* one : {&a[i], &b[i]}) {
      first = std::min(first, one->place.y);
      end = std::max(end, one->place.y + one->size.height);
    }
  }
  const std::int64_t group = std::int64_t{1} << canvas_.track.pixels->shift_y;
  first = std::max<std::int64_t>(first, 0) / group * group;
  end = std::min<std::int64_t>((std::max<std::int64_t>(end, 0) + group - 1) / group * group, height);
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)};
}

void Painter::paint_kept(const Band& band) {
  if (band.first >= band.second) return;
  const Strip rows = kept_.rows(band.first, band.second - band.first);
  const std::uint32_t block = std::max<std::uint32_t>(strip_rows(canvas_.track), 16);
  const auto paint_blocks = [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t y = first; y < end; y += block) paint(part_of(rows, y, std::min(block, end - y)));
  };
  // The threads share the blocks, if there is enough to do for several.
  constexpr std::uint64_t worth_a_thread = 1 << 17;  // pixels: more than 50 us, which starting one takes
  std::uint64_t pixels = 0;
  for (const Shown& one : others()) pixels += std::uint64_t{one.size.width} * std::min(one.size.height, rows.rows);
  const auto threads = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(pixels / worth_a_thread, 1, static_cast<std::uint64_t>(std::max(canvas_.threads, 1))));
  const std::uint32_t share = (rows.rows / threads + block - 1) / block * block;
  std::vector<std::jthread> workers;
  std::uint32_t first = 0;
  for (; share != 0 && workers.size() + 1 < threads && first + share < rows.rows; first += share) {
    workers.emplace_back(paint_blocks, first, first + share);
  }
  paint_blocks(first, rows.rows);
}

}  // namespace sl
