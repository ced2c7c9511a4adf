// Alpha is the last of four samples of a pixel.

#include "tools/composite/covering.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <type_traits>
#include <utility>

#include "libcore/media/sample_type.h"

namespace sl {

Covering::Covering(const Track& track, Shares shares, bool replaces)
    : track_(track), shares_(std::move(shares)), replaces_(replaces), row_(track.width) {
  assert(track.pixels->planes == 1 && track.pixels->model == Model::Rgb && track.pixels->alpha &&
         track.alpha == Alpha::Straight);
}

void Covering::push(const Strip& strip, const Emit& emit) {
  with_sample(*strip.format, [&]<class T>(T) {
    constexpr float whole = std::is_floating_point_v<T> ? 1 : sizeof(T) == 1 ? 255 : 65535;
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      shares_(strip.first + y, row_);
      T* pixel = strip.planes[0].row<T>(y);
      for (std::uint32_t x = 0; x < strip.width; ++x, pixel += 4) {
        const float alpha = (replaces_ ? whole : static_cast<float>(pixel[3])) * std::clamp(row_[x], 0.0F, 1.0F);
        pixel[3] = static_cast<T>(std::is_floating_point_v<T> ? alpha : alpha + 0.5F);
      }
    }
  });
  emit(strip);
}

Covering::Shares rounded_corners(const Size& size, double radius) {
  const double most = std::min(size.width, size.height) / 2.0, r = std::min(radius, most);
  return [=](std::uint32_t row, std::span<float> shares) {
    std::ranges::fill(shares, 1.0F);
    const double y = row + 0.5, down = std::max(r - y, y - (size.height - r));
    if (down <= 0) return;
    const auto corner = static_cast<std::size_t>(std::ceil(r));
    for (std::size_t x = 0; x < corner; ++x) {
      const double across = r - (static_cast<double>(x) + 0.5);
      if (across <= 0) break;
      const auto share = static_cast<float>(std::clamp(r - std::hypot(across, down) + 0.5, 0.0, 1.0));
      shares[x] = std::min(shares[x], share);
      shares[shares.size() - 1 - x] = std::min(shares[shares.size() - 1 - x], share);
    }
  };
}

}  // namespace sl
