// Test pictures as functions of a pixel.

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <utility>

#include "libcore/base/color_text.h"
#include "libcore/base/error.h"
#include "picture.h"
#include "test_card.h"

namespace sl::pattern {

namespace {

Picture solid(const std::array<float, 4>& color) {
  const std::size_t channels = color[3] < 1 ? 4 : 3;
  return {[color, channels](std::uint64_t, std::uint32_t, std::span<float> row) {
            for (std::size_t i = 0; i < row.size(); ++i) row[i] = color[i % channels];
          },
          channels == 4, false};
}

// A picture that is gray everywhere: `level` of (frame, x, y).
template <class Level>
Picture gray_picture(bool moves, Level level) {
  return {[level](std::uint64_t number, std::uint32_t y, std::span<float> row) {
            for (std::size_t x = 0; x < row.size() / 3; ++x) {
              const float value = level(number, static_cast<std::uint32_t>(x), y);
              row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = value;
            }
          },
          false, moves};
}

// Four ramps from black to full: gray, red, green, blue, one below the other.
Picture gradient(const PictureOptions& options) {
  return {[options](std::uint64_t, std::uint32_t y, std::span<float> row) {
            const auto band = static_cast<std::size_t>(std::uint64_t{y} * 4 / options.height);
            const auto last = static_cast<float>(std::max(options.width, 2U) - 1);
            for (std::size_t i = 0; i < row.size(); ++i) {
              const bool on = band == 0 || i % 3 == band - 1;
              const std::size_t x = i / 3;
              row[i] = on ? static_cast<float>(x) / last : 0;
            }
          },
          false, false};
}

// cos(k r^2), which reaches Nyquist at the nearer edges and turns by a fifth of a period a frame.
Picture zone_plate(const PictureOptions& options) {
  const double k = std::numbers::pi / std::min(options.width, options.height);
  return gray_picture(true, [options, k](std::uint64_t number, std::uint32_t x, std::uint32_t y) {
    const double dx = x - (options.width - 1) / 2., dy = y - (options.height - 1) / 2.;
    const double turn = 2 * std::numbers::pi * static_cast<double>(number % 5) / 5;
    return static_cast<float>(0.5 + 0.5 * std::cos(k * (dx * dx + dy * dy) - turn));
  });
}

// SplitMix64's output function (Steele, Lea, Flood 2014): each value depends on its place alone.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
  value = (value ^ value >> 27) * 0x94D049BB133111EB;
  return value ^ value >> 31;
}

// Every byte value as often in each channel, other ones in each frame.
Picture noise(const PictureOptions& options) {
  return {[options](std::uint64_t number, std::uint32_t y, std::span<float> row) {
            const std::uint64_t of_row = mixed(mixed(options.seed) ^ mixed(number << 32 | y));
            for (std::size_t x = 0; x < row.size() / 3; ++x) {
              const std::uint64_t value = mixed(of_row + x);
              for (std::size_t i = 0; i < 3; ++i) row[3 * x + i] = static_cast<float>(value >> 8 * i & 255) / 255;
            }
          },
          false, true};
}

}  // namespace

Picture picture_of(std::vector<Patch> patches, const PictureOptions& options) {
  const auto all = std::make_shared<const std::vector<Patch>>(std::move(patches));
  return {[all, options](std::uint64_t, std::uint32_t y, std::span<float> row) {
            const auto place = [](double part, std::uint32_t size) {
              return static_cast<std::size_t>(std::lround(part * size));
            };
            for (const Patch& patch : *all) {
              if (y < place(patch.top, options.height) || y >= place(patch.bottom, options.height)) continue;
              const std::size_t right = place(patch.right, options.width);
              for (std::size_t x = place(patch.left, options.width); x < right; ++x) {
                std::ranges::copy(patch.color, row.begin() + static_cast<std::ptrdiff_t>(3 * x));
              }
            }
          },
          false, false};
}

Picture make_picture(const std::string& name, const PictureOptions& options) {
  if (name == "card") return card_background(options);
  if (name == "smpte75") return picture_of(smpte_bars(0.75F), options);
  if (name == "smpte100") return picture_of(smpte_bars(1), options);
  if (name == "smpte-hd") return picture_of(smpte_hd_bars(), options);
  if (name == "gradient") return gradient(options);
  if (name == "zone-plate") return zone_plate(options);
  if (name == "noise") return noise(options);
  if (name == "checker") {
    return gray_picture(
        false, [](std::uint64_t, std::uint32_t x, std::uint32_t y) { return (x / 16 + y / 16) % 2 == 0 ? 1.F : 0.F; });
  }
  Rgba color;
  if (read_color(name, color)) return solid({color.red, color.green, color.blue, color.alpha});
  throw Error(Status::Usage, "PATTERN: unknown \"" + printable(name, 40) + "\"; use " + std::string(picture_names));
}

}  // namespace sl::pattern
