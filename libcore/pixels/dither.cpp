// A part of a code is added to each sample, and the Converter rounds.

#include "libcore/pixels/dither.h"

#include <algorithm>
#include <array>

#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"

namespace sl {

namespace {

// From -0.5 to 0.5, both excluded.
float ordered(std::uint32_t x, std::uint32_t y) {
  std::uint32_t level = 0;
  for (std::uint32_t bit = 0; bit < 3; ++bit) {
    const std::uint32_t a = (x >> bit) & 1, b = (y >> bit) & 1;
    level |= (((a ^ b) << 1) | b) << (2 * (2 - bit));
  }
  return (static_cast<float>(level) + 0.5f) / 64 - 0.5f;
}

float noise(std::uint32_t x, std::uint32_t y, std::uint32_t component) {
  std::uint32_t hash = x * 0x9e3779b1U ^ y * 0x85ebca77U ^ component * 0xc2b2ae3dU;
  hash = (hash ^ (hash >> 15)) * 0x2c1b3c6dU;
  hash = (hash ^ (hash >> 12)) * 0x297a2d39U;
  hash ^= hash >> 15;
  return (static_cast<float>(hash >> 9) + 0.5f) / (1U << 23) - 0.5f;
}

}  // namespace

struct Ditherer::State {
  Track from;
  Dither dither;
  Converter round;
  std::array<convert::Component, 4> components;
  std::array<float, 4> code{};  // of the result, in codes of `from`

  State(const Track& before, const Track& to, Dither how)
      : from(before),
        dither(how),
        round(before, to),
        components(convert::components_of(*before.pixels, convert::model_of(before))) {
    const convert::Spaces spaces = convert::decide(before, to);
    for (std::size_t c = 0; c < 4; ++c) {
      const double own = convert::code_of(*before.pixels, spaces.from, static_cast<int>(c)).scale;
      code[c] = static_cast<float>(own / convert::code_of(*to.pixels, spaces.to, static_cast<int>(c)).scale);
    }
  }

  template <class T>
  void add(const Strip& strip) const {
    for (std::size_t c = 0; c < 4; ++c) {
      const convert::Component& place = components[c];
      if (!place.exists()) continue;
      const Plane& plane = strip.planes[static_cast<std::size_t>(place.plane)];
      const std::uint32_t first = strip.first >> place.shift_y;
      for (std::uint32_t y = 0; y < plane.rows; ++y) {
        T* row = plane.row<T>(y);
        std::uint32_t x = 0;
        for (auto i = static_cast<std::size_t>(place.offset); i < plane.width;
             i += static_cast<std::size_t>(place.step)) {
          const float part =
              dither == Dither::Ordered ? ordered(x, first + y) : noise(x, first + y, static_cast<std::uint32_t>(c));
          const float sum = static_cast<float>(row[i]) + part * code[c];
          if constexpr (std::is_same_v<T, float>) {
            row[i] = sum;
          } else {
            row[i] = static_cast<T>(std::clamp(sum + 0.5f, 0.0f, 65535.0f));
          }
          ++x;
        }
      }
    }
  }
};

Ditherer::Ditherer(const Track& from, const Track& to, Dither dither)
    : state_(std::make_unique<State>(from, to, dither)) {}
Ditherer::~Ditherer() = default;

const Track& Ditherer::track() const { return state_->round.track(); }

void Ditherer::push(const Strip& strip, const Emit& emit) {
  if (strip.format->sample == Sample::F32) {
    state_->add<float>(strip);
  } else {
    state_->add<std::uint16_t>(strip);
  }
  state_->round.push(strip, emit);
}

const PixelFormat* Ditherer::format_before(const PixelFormat& from, const PixelFormat& to) {
  if (to.sample == Sample::F32 || from.bits <= to.bits) return nullptr;
  const PixelFormat* found = nullptr;
  for (const PixelFormat& format : pixel_formats()) {
    const bool same = format.model == to.model && format.alpha == to.alpha && format.shift_x == to.shift_x &&
                      format.shift_y == to.shift_y && format.low_bits == 0;
    if (!same || format.bits <= to.bits || (format.bits != 16 && format.bits != 32)) continue;
    const bool wanted = (format.sample == Sample::F32) == (from.sample == Sample::F32);
    if (found == nullptr || wanted) found = &format;
  }
  return found;
}

}  // namespace sl
