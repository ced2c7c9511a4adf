// Colors as samples, and copies of rows.

#include "libcore/pixels/canvas.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/media/sample_type.h"
#include "libcore/pixels/convert_image.h"
#include "libcore/pixels/working_space.h"

namespace sl {

Image color_picture(const Track& of, const Rgba& color) {
  constexpr std::uint32_t side = 4;
  Track track = of;
  track.width = track.height = side;
  track.orientation = 1;
  track = with_same_matrix(of, track);
  const Track floats = working(track, WorkingSpace::FloatRgba);
  const Image picture(floats, "", "a color");
  Image result(track, "", "a color");
  for (std::uint32_t y = 0; y < side; ++y) {
    float* row = picture.strip().planes[0].row<float>(y);
    for (std::size_t x = 0; x < side; ++x) {
      std::ranges::copy(std::array{color.red, color.green, color.blue, color.alpha}, row + 4 * x);
    }
  }
  convert_image(floats, picture.strip(), track, result.strip());
  return result;
}

void fill(const Track& track, const Strip& strip, const Rgba& color) {
  const Image samples = color_picture(track, color);
  for (int p = 0; p < strip.format->planes; ++p) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
    const std::byte* const unit = samples.strip().planes[static_cast<std::size_t>(p)].data;
    const std::size_t bytes = sample_step(*strip.format, p) * static_cast<std::size_t>(strip.format->sample_bytes());
    const std::size_t row_bytes = plane.width * static_cast<std::size_t>(strip.format->sample_bytes());
    for (std::size_t at = 0; at < row_bytes; at += bytes) std::memcpy(plane.data + at, unit, bytes);
    for (std::uint32_t y = 1; y < plane.rows; ++y) std::memcpy(plane.row<std::byte>(y), plane.data, row_bytes);
  }
}

void put(const Strip& picture, const Strip& canvas, std::uint32_t x, std::uint32_t y) {
  const PixelFormat& format = *picture.format;
  for (int p = 0; p < format.planes; ++p) {
    const Plane &from = picture.planes[static_cast<std::size_t>(p)], &to = canvas.planes[static_cast<std::size_t>(p)];
    const auto left = static_cast<std::size_t>(row_bytes(format, p, x));
    const std::uint32_t top = plane_rows(format, p, y);
    for (std::uint32_t row = 0; row < from.rows; ++row) {
      std::memcpy(to.row<std::byte>(top + row) + left, from.row<std::byte>(row),
                  from.width * static_cast<std::size_t>(format.sample_bytes()));
    }
  }
}

}  // namespace sl
