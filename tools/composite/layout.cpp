// Cells of even sizes, so that pictures with shared chroma are copied, not mixed.

#include "tools/composite/layout.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

std::uint32_t even(std::uint64_t length) {
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(length & ~1U, 2));
}

Size sized(std::uint64_t width, std::uint64_t height) {
  if (width > wire_limit::number || height > wire_limit::number) {
    throw Error(Status::Limit, "the layers are over 2147483647 pixels long together");
  }
  return {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
}

// Put a layer into the middle of a cell, as large as fits.
void put_into(LayerSettings& layer, const Rect& cell) {
  layer.area = cell;
  if (!layer.has("gravity")) layer.gravity = Gravity::Center;
  if (layer.width || layer.height) return;
  layer.width = layer.height = Length{100, true};
  if (!layer.has("fit")) layer.fit = Fit::Contain;
}

Size side_by_side(std::optional<Size> wanted, const std::vector<Size>& pictures, std::size_t master,
                  std::vector<LayerSettings>& layers) {
  const std::uint32_t height = wanted ? wanted->height : pictures[master].height;
  std::uint64_t left = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const double own = static_cast<double>(pictures[i].width) * height / pictures[i].height;
    const std::uint64_t width = wanted                         ? even(wanted->width / layers.size())
                                : pictures[i].height == height ? pictures[i].width
                                                               : even(static_cast<std::uint64_t>(std::lround(own)));
    put_into(layers[i], {static_cast<std::int64_t>(left), 0, static_cast<std::uint32_t>(width), height});
    left += width;
  }
  return wanted.value_or(sized(left, height));
}

Size grid(std::optional<Size> wanted, const Size& usual, std::vector<LayerSettings>& layers) {
  const auto columns = static_cast<std::uint32_t>(std::ceil(std::sqrt(static_cast<double>(layers.size()))));
  const auto rows = static_cast<std::uint32_t>((layers.size() + columns - 1) / columns);
  const Size cell = wanted ? Size{even(wanted->width / columns), even(wanted->height / rows)} : usual;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    put_into(layers[i], {static_cast<std::int64_t>(i % columns) * cell.width,
                         static_cast<std::int64_t>(i / columns) * cell.height, cell.width, cell.height});
  }
  return wanted.value_or(sized(std::uint64_t{cell.width} * columns, std::uint64_t{cell.height} * rows));
}

// The master fills the canvas; the others are a quarter as wide, in the corners.
void picture_in_picture(const Size& canvas, std::size_t master, std::vector<LayerSettings>& layers) {
  constexpr Gravity corners[] = {Gravity::SouthEast, Gravity::SouthWest, Gravity::NorthEast, Gravity::NorthWest};
  std::size_t next = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    LayerSettings& layer = layers[i];
    if (i == master) {
      put_into(layer, {0, 0, canvas.width, canvas.height});
      if (!layer.has("z")) layer.state.z = -1;
      continue;
    }
    if (!layer.has("gravity")) layer.gravity = corners[next++ % std::size(corners)];
    if (!layer.width && !layer.height) layer.width = Length{static_cast<double>(even(canvas.width / 4)), false};
    const double margin = even(canvas.width / 50);
    if (!layer.has("x")) layer.state.x = margin;
    if (!layer.has("y")) layer.state.y = margin;
  }
}

}  // namespace

Size arrange(Layout layout, std::optional<Size> wanted, const std::vector<Size>& pictures, std::size_t master,
             std::vector<LayerSettings>& layers) {
  const Size canvas = wanted.value_or(pictures[master]);
  switch (layout) {
    case Layout::SideBySide:
      return side_by_side(wanted, pictures, master, layers);
    case Layout::Grid:
      return grid(wanted, pictures[master], layers);
    case Layout::Pip:
      picture_in_picture(canvas, master, layers);
      break;
    case Layout::Stack:
      break;
  }
  return canvas;
}

}  // namespace sl
