// A row of the color for each plane, and blend() of each row with it.

#include "color_fade.h"

#include <algorithm>
#include <cstring>

#include "libcore/filter/point.h"
#include "libcore/media/image.h"
#include "libcore/media/sample_type.h"
#include "libcore/pixels/blend.h"
#include "libcore/pixels/canvas.h"

namespace sl::fade {

ColorFade::ColorFade(const Track& track, const Rgba& color)
    : format_(track.pixels), channels_(channels_of(track)), to_transparent_(color.alpha == 0) {
  const Image unit = color_picture(track, color);
  for (int p = 0; p < format_->planes; ++p) {
    const auto place = static_cast<std::size_t>(p);
    const std::byte* const from = unit.strip().planes[place].data;
    const auto period = static_cast<std::size_t>(row_bytes(*format_, p, 4));
    std::vector<std::byte>& row = color_[place];
    row.resize(static_cast<std::size_t>(row_bytes(*format_, p, track.width)));
    for (std::size_t at = 0; at < row.size(); at += period) {
      std::memcpy(row.data() + at, from, std::min(period, row.size() - at));
    }
  }
}

void ColorFade::apply(const Strip& strip, double weight) {
  if (weight >= 1) return;
  const bool multiplied = channels_.alpha == Alpha::Premultiplied;
  const bool has_alpha_plane = format_->alpha && format_->packing == Packing::Planar;
  for (int p = 0; p < format_->planes; ++p) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
    const bool is_alpha = has_alpha_plane && p == format_->planes - 1;
    const bool is_mixed = format_->alpha && !has_alpha_plane;
    if (is_alpha ? !to_transparent_ : to_transparent_ && !multiplied && !is_mixed) continue;
    const auto& color = color_[static_cast<std::size_t>(p)];
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      const std::span<std::byte> row(plane.row<std::byte>(y), color.size());
      row_ = color;
      if (!to_transparent_ && multiplied) multiply_by_alpha(strip, p, y);
      if (is_mixed && to_transparent_ && !multiplied) {
        std::ranges::copy(row, row_.begin());
        set_alpha(p, nullptr);
      } else if (is_mixed && !to_transparent_) {
        set_alpha(p, row.data());
      }
      blend(*format_, row_, row, weight, row);
    }
  }
}

// Set the alpha of interleaved pixels in the row to that of `samples`, or to 0.
void ColorFade::set_alpha(int plane, const std::byte* samples) {
  const auto sample = static_cast<std::size_t>(format_->sample_bytes());
  const std::size_t pixel = sample_step(*format_, plane) * sample;
  for (std::size_t at = pixel - sample; at < row_.size(); at += pixel) {
    if (samples != nullptr) {
      std::memcpy(row_.data() + at, samples + at, sample);
    } else {
      std::memset(row_.data() + at, 0, sample);
    }
  }
}

// Multiply the row's color by the alpha of the picture's pixels, as the picture's colours are.
void ColorFade::multiply_by_alpha(const Strip& strip, int plane, std::uint32_t y) {
  loops::alpha_row(strip, channels_, plane, y, alpha_);
  const bool is_chroma = channels_.has_chroma && plane > 0;
  const CodeRange& range = is_chroma ? channels_.chroma : channels_.colour;
  const float zero = is_chroma ? (range.low + range.high) / 2 : range.low;
  with_sample(*format_, [&]<class T>(T) {
    T* const samples = reinterpret_cast<T*>(row_.data());
    const float half = std::is_floating_point_v<T> ? 0.0f : 0.5f;
    for (std::size_t x = 0; x < alpha_.size(); ++x) {
      samples[x] = static_cast<T>(zero + (static_cast<float>(samples[x]) - zero) * alpha_[x] + half);
    }
  });
}

}  // namespace sl::fade
