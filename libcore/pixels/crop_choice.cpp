// Scores of places and of strips.

#include "libcore/pixels/crop_choice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "libcore/base/parse.h"
#include "libcore/pixels/convert_image.h"
#include "libcore/pixels/resample.h"
#include "libcore/pixels/transfer.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

constexpr Name<CropPlace::By> by_names[] = {{"attention", CropPlace::By::Attention},
                                            {"entropy", CropPlace::By::Entropy}};

// ---- Attention ----

constexpr int grid = 32;  // places along each side

using Scores = std::array<double, std::size_t{grid} * grid>;

std::size_t at(int x, int y) {
  return static_cast<std::size_t>(std::clamp(y, 0, grid - 1) * grid + std::clamp(x, 0, grid - 1));
}

struct Xyz {
  double x = 0, y = 0, z = 0;
};

// CIE XYZ of sRGB, white is Y = 100.
Xyz xyz_of(const Transfer& transfer, const float* rgb) {
  std::array<double, 3> light{};
  for (std::size_t i = 0; i < 3; ++i) light[i] = 100 * transfer.to_light(std::clamp(rgb[i], 0.0F, 1.0F));
  return {0.4124 * light[0] + 0.3576 * light[1] + 0.1805 * light[2],
          0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2],
          0.0193 * light[0] + 0.1192 * light[1] + 0.9505 * light[2]};
}

// How near a color is to that of skin, up to 100.
double skin(const Xyz& color) {
  const double length = std::sqrt(color.x * color.x + color.y * color.y + color.z * color.z);
  const auto distance = [length](double part, double of_skin) { return part / length - of_skin; };
  const double x = distance(color.x, 0.78), y = distance(color.y, 0.57), z = distance(color.z, 0.44);
  return 100 - 100 * std::sqrt(x * x + y * y + z * z);
}

// Chroma in CIE LCh(ab), for white D65.
double chroma(const Xyz& color) {
  const auto f = [](double part, double white) {
    const double t = part / white;
    return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  };
  const double x = f(color.x, 95.047), y = f(color.y, 100), z = f(color.z, 108.883);
  return std::hypot(500 * (x - y), 200 * (y - z));
}

// The mean around each place, by a Gaussian that is cut off where it falls below a fifth.
Scores blurred(const Scores& scores, double sigma) {
  std::vector<double> weights;
  double sum = 0;
  for (int i = 0; std::exp(-i * i / (2 * sigma * sigma)) >= 0.2; ++i) {
    weights.push_back(std::round(20 * std::exp(-i * i / (2 * sigma * sigma))));
    sum += weights.back() * (i == 0 ? 1 : 2);
  }
  const auto pass = [&](const Scores& in, int step_x, int step_y) {
    Scores out{};
    for (int y = 0; y < grid; ++y) {
      for (int x = 0; x < grid; ++x) {
        double total = weights[0] * in[at(x, y)];
        for (int i = 1; i < static_cast<int>(weights.size()); ++i) {
          const double both = in[at(x - i * step_x, y - i * step_y)] + in[at(x + i * step_x, y + i * step_y)];
          total += weights[static_cast<std::size_t>(i)] * both;
        }
        out[at(x, y)] = total / sum;
      }
    }
    return out;
  };
  return pass(pass(scores, 1, 0), 0, 1);
}

std::vector<Xyz> colors_of(const Track& track, const Image& picture) {
  const Track floats = working(track, WorkingSpace::FloatRgb);
  const Image converted(floats, "", "finding what to cut out");
  convert_image(track, picture.strip(), floats, converted.strip());
  Track upright = floats;
  upright.orientation = 1;
  Resampler resampler(upright, {grid, grid}, {Kernel::Lanczos3, false, 1});
  const Transfer transfer(2);
  std::vector<Xyz> colors;
  resampler.push(converted.strip(), [&](const Strip& rows) {
    for (std::uint32_t y = 0; y < rows.rows; ++y) {
      for (std::size_t x = 0; x < grid; ++x) colors.push_back(xyz_of(transfer, rows.planes[0].row<float>(y) + 3 * x));
    }
  });
  return colors;
}

Rect by_attention(const Size& size, const Track& track, const Image& picture) {
  const std::vector<Xyz> colors = colors_of(track, picture);
  Scores scores{};
  for (int y = 0; y < grid; ++y) {
    for (int x = 0; x < grid; ++x) {
      const Xyz& color = colors[at(x, y)];
      const double around =
          colors[at(x - 1, y)].y + colors[at(x + 1, y)].y + colors[at(x, y - 1)].y + colors[at(x, y + 1)].y;
      const bool is_dark = color.y <= 5;
      scores[at(x, y)] = 5 * std::abs(4 * color.y - around) + (is_dark ? 0 : skin(color) + chroma(color));
    }
  }
  const double scale_x = static_cast<double>(grid) / track.width, scale_y = static_cast<double>(grid) / track.height;
  const double sigma = std::max(std::hypot(size.width * scale_x, size.height * scale_y) / 10, 1.0);
  const Scores sums = blurred(scores, sigma);
  const auto best = static_cast<int>(std::ranges::max_element(sums) - sums.begin());
  const auto place = [](int cell, double scale, std::uint32_t length, std::uint32_t whole) {
    const auto middle = static_cast<std::int64_t>(cell / scale);
    return std::clamp<std::int64_t>(middle - length / 2, 0, whole - length);
  };
  return {place(best % grid, scale_x, size.width, track.width), place(best / grid, scale_y, size.height, track.height),
          size.width, size.height};
}

// ---- Entropy ----

// Bits a sample, the mean of R, G and B.
double entropy(const Strip& rgb, const Rect& part) {
  std::array<std::array<std::uint32_t, 256>, 3> counts{};
  for (std::uint32_t y = 0; y < part.height; ++y) {
    const auto* row = rgb.planes[0].row<std::uint8_t>(static_cast<std::uint32_t>(part.y) + y) + 3 * part.x;
    for (std::size_t x = 0; x < part.width; ++x) {
      for (std::size_t i = 0; i < 3; ++i) ++counts[i][row[3 * x + i]];
    }
  }
  const double total = static_cast<double>(part.width) * part.height;
  double sum = 0;
  for (const auto& channel : counts) {
    for (const std::uint32_t count : channel) {
      if (count != 0) sum -= count / total * std::log2(count / total);
    }
  }
  return sum / 3;
}

// Takes strips off in turn along both axes, always the one of two with less information.
Rect by_entropy(const Size& size, const Track& track, const Image& picture) {
  const Track rgb = working(track, WorkingSpace::Rgb24);
  const Image converted(rgb, "", "finding what to cut out");
  convert_image(track, picture.strip(), rgb, converted.strip());
  Rect part{0, 0, track.width, track.height};
  const std::uint32_t most = std::max((track.width - size.width + 7) / 8, (track.height - size.height + 7) / 8);
  while (part.width > size.width || part.height > size.height) {
    if (const std::uint32_t slice = std::min(part.width - size.width, most); slice != 0) {
      const double left = entropy(converted.strip(), {part.x, part.y, slice, part.height});
      const double right = entropy(converted.strip(), {part.x + part.width - slice, part.y, slice, part.height});
      part.width -= slice;
      if (left < right) part.x += slice;
    }
    if (const std::uint32_t slice = std::min(part.height - size.height, most); slice != 0) {
      const double top = entropy(converted.strip(), {part.x, part.y, part.width, slice});
      const double bottom = entropy(converted.strip(), {part.x, part.y + part.height - slice, part.width, slice});
      part.height -= slice;
      if (top < bottom) part.y += slice;
    }
  }
  return part;
}

}  // namespace

void parse_value(std::string_view option, std::string_view text, CropPlace& place) {
  if (const auto by = find_name(text, by_names)) {
    place.by = *by;
  } else if (const auto side = find_name(text, gravity_names)) {
    place = {CropPlace::By::Side, *side};
  } else {
    bad_value(option, text, "is not attention, entropy or one of " + name_list(gravity_names));
  }
}

std::string value_text(const CropPlace& place) {
  return std::string(place.by == CropPlace::By::Side ? name_of(place.side, gravity_names)
                                                     : name_of(place.by, by_names));
}

Rect chosen_part(const CropPlace& place, const Size& size, const Track& track, const Image& picture) {
  const bool is_whole = size == Size{track.width, track.height};
  if (place.by == CropPlace::By::Attention && !is_whole) return by_attention(size, track, picture);
  if (place.by == CropPlace::By::Entropy) return by_entropy(size, track, picture);
  return RectRule("", size_text(size)).in({track.width, track.height}, place.side);
}

}  // namespace sl
