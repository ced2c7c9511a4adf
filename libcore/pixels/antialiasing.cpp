// pixelmatch's tests, on copies as R'G'B' over white.

#include "libcore/pixels/antialiasing.h"

#include <algorithm>

#include "libcore/base/limits.h"
#include "libcore/pixels/step.h"
#include "libcore/pixels/working_space.h"

namespace sl {

AntialiasTest::AntialiasTest(const Track& track, const Image& a, const Image& b)
    : width_(track.width), height_(track.height), a_(prepare(track, a)), b_(prepare(track, b)) {}

AntialiasTest::Picture AntialiasTest::prepare(const Track& track, const Image& image) {
  const std::uint64_t pixels = std::uint64_t{track.width} * track.height;
  check_memory("frame", saturating_multiply(pixels, 16), "--antialias");
  Picture picture;
  picture.colors.reserve(pixels);
  picture.luma.reserve(pixels);
  Chain to_rgb(track);
  to_rgb.convert_to(working(track, WorkingSpace::Rgb24), {1, 1, 1});
  const auto take = [&](const Strip& rows) {
    for (std::uint32_t y = 0; y < rows.rows; ++y) {
      const std::uint8_t* pixel = rows.planes[0].row<std::uint8_t>(y);
      for (std::uint32_t x = 0; x < rows.width; ++x, pixel += 3) {
        picture.colors.push_back(std::uint32_t{pixel[0]} << 16 | std::uint32_t{pixel[1]} << 8 | pixel[2]);
        picture.luma.push_back(0.29889531f * pixel[0] + 0.58662247f * pixel[1] + 0.11448223f * pixel[2]);
      }
    }
  };
  const std::uint32_t step = (strip_rows(track) + 7) / 8 * 8;
  for (std::uint32_t y = 0; y < track.height; y += step) {
    to_rgb.push(image.rows(y, std::min(step, track.height - y)), take);
  }
  return picture;
}

AntialiasTest::Around AntialiasTest::around(std::uint32_t x, std::uint32_t y) const {
  return {x == 0 ? 0 : x - 1, std::min(x + 1, width_ - 1), y == 0 ? 0 : y - 1, std::min(y + 1, height_ - 1),
          x == 0 || y == 0 || x == width_ - 1 || y == height_ - 1};
}

bool AntialiasTest::is_smoothed(std::uint32_t x, std::uint32_t y) const {
  return is_smoothed(a_, b_, x, y) || is_smoothed(b_, a_, x, y);
}

bool AntialiasTest::is_smoothed(const Picture& own, const Picture& other, std::uint32_t x, std::uint32_t y) const {
  const Around near = around(x, y);
  const float center = own.luma[std::size_t{y} * width_ + x];
  int equal = near.at_edge ? 1 : 0;
  float least = 0, most = 0;
  std::array<std::uint32_t, 2> darkest{}, brightest{};
  for (std::uint32_t column = near.left; column <= near.right; ++column) {
    for (std::uint32_t row = near.top; row <= near.bottom; ++row) {
      if (column == x && row == y) continue;
      const float distance = own.luma[std::size_t{row} * width_ + column] - center;
      if (distance == 0 && ++equal > 2) return false;
      if (distance < least) {
        least = distance;
        darkest = {column, row};
      } else if (distance > most) {
        most = distance;
        brightest = {column, row};
      }
    }
  }
  if (least == 0 || most == 0) return false;
  const auto is_flat_in_both = [&](const std::array<std::uint32_t, 2>& at) {
    return is_flat(own, at[0], at[1]) && is_flat(other, at[0], at[1]);
  };
  return is_flat_in_both(darkest) || is_flat_in_both(brightest);
}

// Whether more than two neighbours have the pixel's color; the outside counts as one.
bool AntialiasTest::is_flat(const Picture& picture, std::uint32_t x, std::uint32_t y) const {
  const Around near = around(x, y);
  const std::uint32_t color = picture.colors[std::size_t{y} * width_ + x];
  int equal = near.at_edge ? 1 : 0;
  for (std::uint32_t row = near.top; row <= near.bottom; ++row) {
    for (std::uint32_t column = near.left; column <= near.right; ++column) {
      if (column == x && row == y) continue;
      if (picture.colors[std::size_t{row} * width_ + column] == color && ++equal > 2) return true;
    }
  }
  return false;
}

}  // namespace sl
