// The differences of two lists, and drawing inside them.

#include "layer.h"

#include <algorithm>
#include <cmath>

#include "brush.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl::drawing {

namespace {

constexpr std::uint32_t most_side = 32767;  // Cairo's
// Of more boxes, one around all is drawn: clipping to many costs more than their pixels.
constexpr int most_boxes = 64;
// Boxes do not share a sample of chroma, in any format.
constexpr int grid = 4;

Region region_of(const std::vector<Area>& areas, const Size& size) {
  std::vector<cairo_rectangle_int_t> boxes;
  for (const Area& area : areas) {
    const Area inside = intersection(area, {0, 0, double(size.width), double(size.height)});
    if (inside.empty()) continue;
    const auto before = [](double edge) { return static_cast<int>(std::floor(edge)) & -grid; };
    const auto after = [](double edge) { return (static_cast<int>(std::ceil(edge)) + grid - 1) & -grid; };
    const int left = before(inside.left), top = before(inside.top);
    boxes.push_back({left, top, std::min(after(inside.right), static_cast<int>(size.width)) - left,
                     std::min(after(inside.bottom), static_cast<int>(size.height)) - top});
  }
  return Region(cairo_region_create_rectangles(boxes.data(), static_cast<int>(boxes.size())));
}

}  // namespace

Surface surface_of(const Strip& rgba) {
  Surface surface(
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(rgba.width), static_cast<int>(rgba.rows)));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    throw Error(Status::Resources, cairo_status_to_string(cairo_surface_status(surface.get())));
  unsigned char* const data = cairo_image_surface_get_data(surface.get());
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
  const auto multiplied = [](unsigned value, unsigned alpha) { return (value * alpha + 127) / 255; };
  for (std::uint32_t y = 0; y < rgba.rows; ++y) {
    const auto* from = rgba.planes[0].row<std::uint8_t>(y);
    auto* const to = reinterpret_cast<std::uint32_t*>(data + y * stride);
    for (std::uint32_t x = 0; x < rgba.width; ++x, from += 4) {
      const unsigned alpha = from[3];
      to[x] =
          alpha << 24 | multiplied(from[0], alpha) << 16 | multiplied(from[1], alpha) << 8 | multiplied(from[2], alpha);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

Layer::Layer(const Size& size, Texts& texts, const std::vector<Surface>& images)
    : size_(size), texts_(texts), images_(images) {
  if (size.width > most_side || size.height > most_side)
    throw Error(Status::Limit, "a layer of " + size_text(size) + ": Cairo draws on 32767 pixels a side at most");
  check_memory("frame", std::uint64_t{size.width} * size.height * 4, "a layer");
  surface_.reset(
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(size.width), static_cast<int>(size.height)));
  if (cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS)
    throw Error(Status::Resources, cairo_status_to_string(cairo_surface_status(surface_.get())));
}

const std::uint32_t* Layer::row(std::uint32_t y) const {
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get()));
  return reinterpret_cast<const std::uint32_t*>(cairo_image_surface_get_data(surface_.get()) + y * stride);
}

// Lists of one length differ command by command; others between their common beginning and their common end.
std::vector<Area> Layer::differences(const std::vector<Command>& commands) const {
  std::vector<Area> areas;
  if (commands.size() == commands_.size()) {
    for (std::size_t i = 0; i < commands.size(); ++i) {
      if (commands[i] == commands_[i]) continue;
      areas.push_back(commands_[i].bounds);
      areas.push_back(commands[i].bounds);
    }
    return areas;
  }
  const std::size_t shorter = std::min(commands.size(), commands_.size());
  std::size_t same_first = 0, same_last = 0;
  while (same_first < shorter && commands[same_first] == commands_[same_first]) ++same_first;
  while (same_last < shorter - same_first &&
         commands[commands.size() - 1 - same_last] == commands_[commands_.size() - 1 - same_last]) {
    ++same_last;
  }
  for (const auto* list : {&commands_, &commands}) {
    for (std::size_t i = same_first; i < list->size() - same_last; ++i) areas.push_back((*list)[i].bounds);
  }
  return areas;
}

std::vector<Box> Layer::boxes_of(const std::vector<Area>& areas) const {
  const Region region = region_of(areas, size_);
  const auto box = [](const cairo_rectangle_int_t& r) {
    return Box{static_cast<std::uint32_t>(r.x), static_cast<std::uint32_t>(r.y),
               static_cast<std::uint32_t>(r.x + r.width), static_cast<std::uint32_t>(r.y + r.height)};
  };
  const int count = cairo_region_num_rectangles(region.get());
  cairo_rectangle_int_t part{};
  if (count > most_boxes) {
    cairo_region_get_extents(region.get(), &part);
    return {box(part)};
  }
  std::vector<Box> boxes;
  for (int i = 0; i < count; ++i) {
    cairo_region_get_rectangle(region.get(), i, &part);
    boxes.push_back(box(part));
  }
  return boxes;
}

const std::vector<Box>& Layer::update(std::vector<Command>& commands) {
  changed_ = boxes_of(differences(commands));
  std::swap(commands_, commands);
  if (changed_.empty()) return changed_;
  std::vector<Area> areas;
  for (const Command& command : commands_) {
    if (command.paint.blend != CAIRO_OPERATOR_CLEAR) areas.push_back(command.bounds);
  }
  covered_ = boxes_of(areas);
  draw(changed_);
  return changed_;
}

void Layer::draw(const std::vector<Box>& boxes) {
  const Context context(cairo_create(surface_.get()));
  cairo_set_tolerance(context.get(), 0.03);  // pixels between a curve and its lines: less than a step of coverage
  Area around{1e9, 1e9, 0, 0};
  for (const Box& box : boxes) {
    cairo_rectangle(context.get(), box.left, box.top, box.right - box.left, box.bottom - box.top);
    around = {std::min(around.left, double(box.left)), std::min(around.top, double(box.top)),
              std::max(around.right, double(box.right)), std::max(around.bottom, double(box.bottom))};
  }
  cairo_clip(context.get());
  cairo_set_operator(context.get(), CAIRO_OPERATOR_CLEAR);
  cairo_paint(context.get());
  cairo_set_operator(context.get(), CAIRO_OPERATOR_OVER);
  Brush brush(context.get(), texts_, images_);
  for (const Command& command : commands_) {
    if (!intersection(command.bounds, around).empty()) brush.draw(command);
  }
  cairo_surface_flush(surface_.get());
  if (cairo_status(context.get()) != CAIRO_STATUS_SUCCESS)
    throw Error(Status::Resources, std::string("drawing: ") + cairo_status_to_string(cairo_status(context.get())));
}

}  // namespace sl::drawing
