// The smallest and largest sample of each row and column decide.

#include "libcore/pixels/border.h"

#include <algorithm>
#include <array>
#include <vector>

#include "libcore/pixels/step.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

struct Extent {
  float low = 0, high = 0;
  void add(float value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  [[nodiscard]] bool is_near(float value, float fuzz) const { return high - value <= fuzz && value - low <= fuzz; }
};
using Pixel = std::array<float, 4>;
using Extents = std::array<Extent, 4>;

Track floats_of(const Track& track) {
  Track floats = working(track, WorkingSpace::FloatRgba);
  floats.alpha = Alpha::Premultiplied;
  return floats;
}

}  // namespace

struct BorderFinder::State {
  Track track;
  float fuzz;
  Chain to_floats;
  std::vector<Extents> rows, columns;
  Pixel top_left{}, top_right{}, bottom_left{};
  std::optional<Rect> content;

  State(const Track& from, double tolerance)
      : track(from),
        fuzz(static_cast<float>(tolerance + 1e-6)),
        to_floats(from),
        rows(from.height),
        columns(from.width) {
    to_floats.convert_to(floats_of(from));
  }

  void take(const Strip& strip) {
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      const float* const row = strip.planes[0].row<float>(y);
      const auto pixel = [row](std::size_t x) {
        return Pixel{row[4 * x], row[4 * x + 1], row[4 * x + 2], row[4 * x + 3]};
      };
      const bool is_first = strip.first + y == 0;
      if (is_first) {
        top_left = pixel(0);
        top_right = pixel(track.width - 1);
      }
      bottom_left = pixel(0);
      Extents& whole_row = rows[strip.first + y];
      for (std::size_t i = 0; i < 4; ++i) whole_row[i] = {row[i], row[i]};
      for (std::size_t x = 0; x < track.width; ++x) {
        for (std::size_t i = 0; i < 4; ++i) {
          const float value = row[4 * x + i];
          whole_row[i].add(value);
          if (is_first) columns[x][i] = {value, value};
          columns[x][i].add(value);
        }
      }
    }
    if (strip.last) finish();
  }

  [[nodiscard]] bool is_border(const Extents& line, const Pixel& corner) const {
    for (std::size_t i = 0; i < 4; ++i) {
      if (!line[i].is_near(corner[i], fuzz)) return false;
    }
    return true;
  }

  void finish() {
    std::int64_t left = 0, top = 0, right = track.width, bottom = track.height;
    const auto at = [](const std::vector<Extents>& lines, std::int64_t i) {
      return lines[static_cast<std::size_t>(i)];
    };
    while (top < bottom && is_border(at(rows, top), top_left)) ++top;
    if (top == bottom) return;
    while (bottom > top && is_border(at(rows, bottom - 1), bottom_left)) --bottom;
    while (left < right && is_border(at(columns, left), top_left)) ++left;
    while (right > left && is_border(at(columns, right - 1), top_right)) --right;
    if (left >= right || top >= bottom) return;
    if (content) {
      left = std::min(left, content->x);
      top = std::min(top, content->y);
      right = std::max(right, content->x + content->width);
      bottom = std::max(bottom, content->y + content->height);
    }
    content = {left, top, static_cast<std::uint32_t>(right - left), static_cast<std::uint32_t>(bottom - top)};
  }
};

BorderFinder::BorderFinder(const Track& track, double fuzz) : state_(std::make_unique<State>(track, fuzz)) {}
BorderFinder::~BorderFinder() = default;

void BorderFinder::add(const Strip& strip) {
  State& s = *state_;
  s.to_floats.push(strip, [&](const Strip& rows) { s.take(rows); });
}

std::optional<Rect> BorderFinder::content() const {
  const State& s = *state_;
  if (!s.content) return std::nullopt;
  const bool is_interlaced = s.track.fields == Fields::Top || s.track.fields == Fields::Bottom;
  const std::int64_t columns = std::int64_t{1} << s.track.pixels->shift_x,
                     rows = (std::int64_t{1} << s.track.pixels->shift_y) * (is_interlaced ? 2 : 1);
  const std::int64_t left = (s.content->x + columns - 1) / columns * columns;
  const std::int64_t top = (s.content->y + rows - 1) / rows * rows;
  const auto last = [](std::int64_t end, std::int64_t group, std::uint32_t whole) {
    return end == whole ? end : end / group * group;
  };
  const std::int64_t right = last(s.content->x + s.content->width, columns, s.track.width);
  const std::int64_t bottom = last(s.content->y + s.content->height, rows, s.track.height);
  if (left >= right || top >= bottom) return s.content;
  return Rect{left, top, static_cast<std::uint32_t>(right - left), static_cast<std::uint32_t>(bottom - top)};
}

}  // namespace sl
