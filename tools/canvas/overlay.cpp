// Integers are blended in whole numbers: kept is 255 (or 65535) times 1 - alpha, and added is as many times the layer's
// own part, so that the sum is divided by a power of two less one. A result is at most half a code from exact, besides
// the rounding of alpha to 8 (or 16) bits.

#include "overlay.h"

#include <algorithm>

#include "layer_rows.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/clones.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"
#include "straight_overlay.h"

namespace sl::drawing {

namespace {

// Samples of T: what is kept of them, in parts of `whole`, and what is added, as many times too large.
template <class T>
struct Arithmetic {
  using Kept = std::uint8_t;
  using Added = std::uint16_t;
  static constexpr float whole = 255;
  static T mix(T below, Kept kept, Added added) {
    const auto sum = static_cast<std::uint16_t>(below * kept + added + 128);
    return static_cast<T>(static_cast<std::uint16_t>(sum + (sum >> 8)) >> 8);
  }
};
template <>
struct Arithmetic<std::uint16_t> {
  using Kept = std::uint16_t;
  using Added = std::uint32_t;
  static constexpr float whole = 65535;
  static std::uint16_t mix(std::uint16_t below, Kept kept, Added added) {
    const std::uint32_t sum = static_cast<std::uint32_t>(below) * kept + added + 32768;
    return static_cast<std::uint16_t>((sum + (sum >> 16)) >> 16);
  }
};
template <>
struct Arithmetic<float> {
  using Kept = float;
  using Added = float;
  static constexpr float whole = 1;
  static float mix(float below, float kept, float added) { return below * kept + added; }
};

template <class V>
V rounded(float value, float most) {
  if constexpr (std::is_floating_point_v<V>) {
    return value;
  } else {
    return static_cast<V>(std::clamp(value, 0.0f, most) + 0.5f);
  }
}

template <class T>
class LinearOverlay final : public Overlay {
 public:
  explicit LinearOverlay(const Track& track) : track_(track), format_(*track.pixels), layer_rows_(track) {
    const convert::Space space = convert::decide(track, track).from;
    Track rgb = track;
    rgb.pixels = &pixel_format("rgbaf32le");
    rgb.color.matrix = 0;
    rgb.color.range = Range::Full;
    to_codes_ = convert::code_matrix(*rgb.pixels, convert::decide(rgb, rgb).from, format_, space);
    components_ = convert::components_of(format_, space.model);
    alpha_scale_ = static_cast<float>(convert::code_of(format_, space, convert::alpha_component).scale);
    check_memory("frame",
                 saturating_multiply(std::uint64_t{track.width} * track.height, 3 * (sizeof(Kept) + sizeof(Added))),
                 "a layer");
    for (int p = 0; p < format_.planes; ++p) {
      Samples& plane = planes_[static_cast<std::size_t>(p)];
      plane.width = plane_width(format_, p, track.width);
      const std::size_t count = plane.width * plane_rows(format_, p, track.height);
      plane.kept.reset(new Kept[count]);
      plane.added.reset(new Added[count]);  // not set: a page that is not covered takes no memory
      if (format_.packing != Packing::Packed422 || track.width % 2 == 0) continue;
      std::fill_n(plane.kept.get(), count, static_cast<Kept>(Arithmetic<T>::whole));  // after the last pixel
      std::fill_n(plane.added.get(), count, Added{0});
    }
  }

  void update(const Layer& layer, const std::vector<Box>& changed) override {
    for (const Box& box : changed) {
      const std::uint32_t group = 1u << format_.shift_y;
      for (std::uint32_t y = box.top; y < box.bottom; y += group) {
        for (std::uint32_t line = y; line < std::min(y + group, box.bottom); ++line) {
          layer_rows_.read(layer, line, box.left, box.right);
          if (line == y && group != 1) sums_ = layer_rows_.components;
          for (std::size_t c = 0; line != y && c < 4; ++c) {
            for (std::size_t x = 0; x < sums_[c].size(); ++x) sums_[c][x] += layer_rows_.components[c][x];
          }
          for (int c = 0; c < 4; ++c) {
            if (component(c).exists() && component(c).shift_y == 0) put(c, line, box, layer_rows_.components, 1);
          }
        }
        const std::uint32_t lines = std::min(y + group, box.bottom) - y;
        for (int c = 0; c < 4; ++c) {
          if (component(c).exists() && component(c).shift_y != 0) put(c, y, box, sums_, lines);
        }
      }
    }
    covered_ = layer.covered();
  }

  void blend(const Strip& rows) const override {
    for (const Box& box : covered_) {
      const std::uint32_t top = std::max(box.top, rows.first), bottom = std::min(box.bottom, rows.first + rows.rows);
      if (top >= bottom) continue;
      run_for_cpu([&] { blend_box(rows, {box.left, top, box.right, bottom}); });
    }
  }

 private:
  using Kept = typename Arithmetic<T>::Kept;
  using Added = typename Arithmetic<T>::Added;
  using Rows = std::array<std::vector<float>, 4>;
  struct Samples {
    std::size_t width = 0;
    std::unique_ptr<Kept[]> kept;
    std::unique_ptr<Added[]> added;
  };

  [[nodiscard]] const convert::Component& component(int c) const { return components_[static_cast<std::size_t>(c)]; }

  // The samples of a component that lie in a box, of rows that were added up.
  void put(int c, std::uint32_t y, const Box& box, const Rows& rows, std::uint32_t lines) {
    const convert::Component& place = component(c);
    Samples& plane = planes_[static_cast<std::size_t>(place.plane)];
    const std::size_t row = (y >> place.shift_y) * plane.width + static_cast<std::size_t>(place.offset);
    const bool is_alpha = c == convert::alpha_component;
    const auto& f = to_codes_.factor[static_cast<std::size_t>(is_alpha ? 0 : c)];
    const auto red = static_cast<float>(f[0]), green = static_cast<float>(f[1]), blue = static_cast<float>(f[2]);
    const auto zero = static_cast<float>(is_alpha ? 0 : to_codes_.offset[static_cast<std::size_t>(c)]);
    constexpr float whole = Arithmetic<T>::whole;
    const auto most = static_cast<float>((std::uint64_t{1} << std::min(format_.bits, 16)) - 1) * whole;
    const std::uint32_t step = 1u << place.shift_x;
    for (std::uint32_t x = box.left; x < box.right; x += step) {
      const std::uint32_t end = std::min(x + step, box.right);
      float r = 0, g = 0, b = 0, a = 0;
      for (std::uint32_t i = x - box.left; i < end - box.left; ++i) {
        r += rows[0][i];
        g += rows[1][i];
        b += rows[2][i];
        a += rows[3][i];
      }
      const float share = 1 / static_cast<float>((end - x) * lines);
      const float own = is_alpha ? a * share * alpha_scale_ : (red * r + green * g + blue * b + zero * a) * share;
      const std::size_t at = row + (x >> place.shift_x) * static_cast<std::size_t>(place.step);
      plane.kept[at] = rounded<Kept>((1 - a * share) * whole, whole);
      // Together they stay below the largest code, also after rounding.
      const float left = std::is_floating_point_v<T> ? 0 : most - static_cast<float>(plane.kept[at]) * most / whole;
      plane.added[at] = rounded<Added>(own * whole, left);
    }
  }

  void blend_box(const Strip& rows, const Box& box) const {
    const int low_bits = format_.low_bits;
    for (int p = 0; p < format_.planes; ++p) {
      const Plane& plane = rows.planes[static_cast<std::size_t>(p)];
      const Samples& own = planes_[static_cast<std::size_t>(p)];
      // Samples of a row that lie left of a column.
      const std::size_t first = plane_width(format_, p, box.left), end = plane_width(format_, p, box.right);
      const bool is_small = plane_rows(format_, p, 1u << format_.shift_y) == 1 && format_.shift_y != 0;
      const int shift = is_small ? format_.shift_y : 0;
      const std::uint32_t last = (box.bottom + (1u << shift) - 1) >> shift;
      for (std::uint32_t y = box.top >> shift; y < last; ++y) {
        T* const samples = plane.row<T>(y - (rows.first >> shift));
        const Kept* const kept = own.kept.get() + y * own.width;
        const Added* const added = own.added.get() + y * own.width;
        if (low_bits == 0) {
          for (std::size_t x = first; x < end; ++x) samples[x] = Arithmetic<T>::mix(samples[x], kept[x], added[x]);
        } else if constexpr (std::is_integral_v<T>) {
          for (std::size_t x = first; x < end; ++x) {
            const T value = Arithmetic<T>::mix(static_cast<T>(samples[x] >> low_bits), kept[x], added[x]);
            samples[x] = static_cast<T>(value << low_bits);
          }
        }
      }
    }
  }

  Track track_;
  const PixelFormat& format_;
  LayerRows layer_rows_;
  Affine to_codes_;
  std::array<convert::Component, 4> components_{};
  float alpha_scale_ = 1;
  std::array<Samples, 4> planes_;
  std::vector<Box> covered_;
  Rows sums_;
};

}  // namespace

std::unique_ptr<Overlay> make_overlay(const Track& track) {
  if (track.pixels->alpha && track.alpha != Alpha::Premultiplied && track.alpha != Alpha::None)
    return std::make_unique<StraightOverlay>(track);
  switch (track.pixels->sample) {
    case Sample::U16:
      return std::make_unique<LinearOverlay<std::uint16_t>>(track);
    case Sample::F32:
      return std::make_unique<LinearOverlay<float>>(track);
    case Sample::U8:
      break;
  }
  return std::make_unique<LinearOverlay<std::uint8_t>>(track);
}

}  // namespace sl::drawing
