// Places by formula, and by table.

#include "libcore/pixels/warp_shapes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <numbers>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl {

// ---- A lens ----

LensMap::LensMap(const Size& size, double k1, double k2)
    : middle_x_(size.width / 2.0),
      middle_y_(size.height / 2.0),
      scale_(1 / (middle_x_ * middle_x_ + middle_y_ * middle_y_)),
      k1_(k1),
      k2_(k2) {}

void LensMap::places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const {
  for (std::size_t i = 0; i < count; ++i) {
    const double x = first[0] + static_cast<double>(i) * step[0] - middle_x_;
    const double y = first[1] + static_cast<double>(i) * step[1] - middle_y_;
    const double r2 = (x * x + y * y) * scale_, factor = 1 + r2 * (k1_ + r2 * k2_);
    u[i] = middle_x_ + x * factor;
    v[i] = middle_y_ + y * factor;
  }
}

WarpMap::Reach LensMap::rows(double top, double bottom, double width, double /*left*/, double /*right*/) const {
  const double y0 = top - middle_y_, y1 = bottom - middle_y_, x = std::max(middle_x_, width - middle_x_) + 1;
  const double near = y0 <= 0 && y1 >= 0 ? 0 : std::min(y0 * y0, y1 * y1) * scale_;
  const double far = (x * x + std::max(y0 * y0, y1 * y1)) * scale_;
  const auto factor = [this](double r2) { return 1 + r2 * (k1_ + r2 * k2_); };
  double low = std::min(factor(near), factor(far)), high = std::max(factor(near), factor(far));
  const double turn = k2_ != 0 ? -k1_ / (2 * k2_) : 0;
  if (turn > near && turn < far) {
    low = std::min(low, factor(turn));
    high = std::max(high, factor(turn));
  }
  const auto [least, most] = std::minmax({y0 * low, y0 * high, y1 * low, y1 * high});
  return {middle_y_ + least, middle_y_ + most};
}

// ---- Polar coordinates ----

PolarMap::PolarMap(const Size& from, const Size& to, bool unroll)
    : in_width_(from.width), in_height_(from.height), out_width_(to.width), out_height_(to.height), unroll_(unroll) {}

void PolarMap::places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const {
  constexpr double whole = 2 * std::numbers::pi;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = first[0] + static_cast<double>(i) * step[0], y = first[1] + static_cast<double>(i) * step[1];
    if (unroll_) {
      const double angle = x / out_width_ * whole, r = y / out_height_ * std::min(in_width_, in_height_) / 2;
      u[i] = in_width_ / 2 + r * std::sin(angle);
      v[i] = in_height_ / 2 - r * std::cos(angle);
    } else {
      const double dx = x - out_width_ / 2, dy = out_height_ / 2 - y;
      const double angle = std::atan2(dx, dy);
      u[i] = (angle < 0 ? angle + whole : angle) / whole * in_width_;
      v[i] = std::hypot(dx, dy) / (std::min(out_width_, out_height_) / 2) * in_height_;
    }
  }
}

// ---- A table ----

TableMap::TableMap(const Size& size, std::vector<Place> places) : size_(size), places_(std::move(places)) {
  for (std::uint32_t y = 0; y < size.height; ++y) {
    Reach reach{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (std::uint32_t x = 0; x < size.width; ++x) {
      const double v = places_[std::size_t{y} * size.width + x].v;
      reach.low = std::min(reach.low, v);
      reach.high = std::max(reach.high, v);
    }
    rows_.push_back(reach);
  }
}

// Between four pixels; beyond the edge, that at it.
TableMap::Place TableMap::at(double x, double y) const {
  const auto clamped = [](double place, std::uint32_t length) { return std::clamp(place - 0.5, 0.0, length - 1.0); };
  x = clamped(x, size_.width);
  y = clamped(y, size_.height);
  const auto left = static_cast<std::size_t>(x), top = static_cast<std::size_t>(y);
  const auto part_x = static_cast<float>(x - static_cast<double>(left)),
             part_y = static_cast<float>(y - static_cast<double>(top));
  const Place* row = places_.data() + top * size_.width;
  if (part_x == 0 && part_y == 0) return row[left];
  const Place* below = top + 1 < size_.height ? row + size_.width : row;
  const std::size_t right = std::min<std::size_t>(left + 1, size_.width - 1);
  const auto mix = [&](float Place::*part) {
    const float upper = row[left].*part + (row[right].*part - row[left].*part) * part_x;
    const float lower = below[left].*part + (below[right].*part - below[left].*part) * part_x;
    return upper + (lower - upper) * part_y;
  };
  return {mix(&Place::u), mix(&Place::v)};
}

void TableMap::places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const {
  for (std::size_t i = 0; i < count; ++i) {
    const Place place = at(first[0] + static_cast<double>(i) * step[0], first[1] + static_cast<double>(i) * step[1]);
    u[i] = place.u;
    v[i] = place.v;
  }
}

WarpMap::Reach TableMap::rows(double top, double bottom, double /*width*/, double /*left*/, double /*right*/) const {
  Reach reach{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  const auto row = [this](double y) { return static_cast<std::size_t>(std::clamp(y, 0.0, size_.height - 1.0)); };
  for (std::size_t y = row(std::floor(top - 1)); y <= row(std::ceil(bottom + 1)); ++y) {
    reach.low = std::min(reach.low, rows_[y].low);
    reach.high = std::max(reach.high, rows_[y].high);
  }
  return reach;
}

TableMap read_table(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw system_error(Status::NoInput, file);
  const auto fail = [&](const std::string& why) { throw Error(Status::Data, file + ": " + why); };
  std::string magic;
  std::int64_t width = 0, height = 0;
  double scale = 0;
  in >> magic >> width >> height >> scale;
  if (!in || magic != "PF") fail("is no portable float map in colors (PF)");
  if (width < 1 || height < 1 || width > wire_limit::number || height > wire_limit::number || scale == 0) {
    fail("has no size from 1x1 on, or a scale of 0");
  }
  const Size size{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  check_pixels(file, size.width, size.height);
  check_memory(file, saturating_multiply(saturating_multiply(size.width, size.height), sizeof(TableMap::Place)),
               "the map");
  in.get();
  std::vector<TableMap::Place> places(std::size_t{size.width} * size.height);
  std::vector<std::uint32_t> row(std::size_t{size.width} * 3);
  const bool swap = scale > 0;                     // big-endian
  for (std::uint32_t y = size.height; y-- > 0;) {  // from the bottom up
    in.read(reinterpret_cast<char*>(row.data()), static_cast<std::streamsize>(row.size() * 4));
    if (!in) fail("ends in row " + std::to_string(size.height - 1 - y) + " of " + std::to_string(size.height));
    const auto value = [&](std::size_t i) { return std::bit_cast<float>(swap ? __builtin_bswap32(row[i]) : row[i]); };
    for (std::size_t x = 0; x < size.width; ++x) {
      places[std::size_t{y} * size.width + x] = {value(3 * x) + 0.5f, value(3 * x + 1) + 0.5f};
    }
  }
  return {size, std::move(places)};
}

// ---- Orientation ----

namespace {

// A place of the stored picture on the upright one, whose size is `size`.
Point upright_place(const Turn& turn, const Size& size, Point p) {
  const double width = turn.swap ? size.height : size.width, height = turn.swap ? size.width : size.height;
  if (turn.mirror_x) p[0] = width - p[0];
  if (turn.mirror_y) p[1] = height - p[1];
  if (turn.swap) std::swap(p[0], p[1]);
  return p;
}

}  // namespace

StoredMap::StoredMap(std::shared_ptr<const WarpMap> upright, int orientation, const Size& from, const Size& to)
    : upright_(std::move(upright)), turn_(turn_of(orientation)), from_(from), to_(to) {}

void StoredMap::places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const {
  if (turn_.is_nothing()) return upright_->places(first, step, count, u, v);
  const Point start = upright_place(turn_, to_, first);
  const Point next = upright_place(turn_, to_, {first[0] + step[0], first[1] + step[1]});
  upright_->places(start, {next[0] - start[0], next[1] - start[1]}, count, u, v);
  const Turn back = inverse(turn_);
  const Size stored = turn_.swap ? Size{from_.height, from_.width} : from_;
  for (std::size_t i = 0; i < count; ++i) {
    const Point place = upright_place(back, stored, {u[i], v[i]});
    u[i] = place[0];
    v[i] = place[1];
  }
}

WarpMap::Reach StoredMap::rows(double top, double bottom, double width, double left, double right) const {
  return turn_.is_nothing() ? upright_->rows(top, bottom, width, left, right) : Reach{};
}

}  // namespace sl
