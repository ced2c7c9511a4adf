// Unpacking, scaling, and the conversions of colours that the wire has no name for.

#include "formats/tiff/rows.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace sl::tiff {

namespace {

// IEEE 754 half precision, and TIFF's 24 bits (Technical Note 3): sign, exponent, fraction.
float small_float(std::uint32_t bits, int exponent_bits, int fraction_bits) {
  const std::uint32_t fraction = bits & ((1u << fraction_bits) - 1);
  const int exponent = static_cast<int>(bits >> fraction_bits & ((1u << exponent_bits) - 1));
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const float sign = (bits >> (exponent_bits + fraction_bits) & 1) != 0 ? -1.0f : 1.0f;
  const float part = std::ldexp(static_cast<float>(fraction), -fraction_bits);
  if (exponent == 0) return sign * std::ldexp(part, 1 - bias);
  if (exponent == (1 << exponent_bits) - 1) return fraction != 0 ? std::nanf("") : sign * INFINITY;
  return sign * std::ldexp(1.0f + part, exponent - bias);
}

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

std::uint32_t load24(const std::byte* from) {
  return std::to_integer<std::uint32_t>(from[0]) | std::to_integer<std::uint32_t>(from[1]) << 8 |
         std::to_integer<std::uint32_t>(from[2]) << 16;
}

template <class T>
T coded(float value, float full) {
  return static_cast<T>(std::clamp(value, 0.0f, 1.0f) * full + 0.5f);
}

}  // namespace

RowConverter::RowConverter(const Page& page) : page_(page) {
  const PixelFormat& pixels = *page.track.pixels;
  full_ = page.bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << page.bits) - 1;
  out_ = pixels.sample == Sample::U8 ? 255 : 65535;
  const bool colour = page.colours == Colours::Gray || page.colours == Colours::Rgb;
  const bool alpha_is_last = page.alpha < 0 || page.alpha == page.colour_samples();
  plain_ = colour && !page.planar && !page.inverted && page.format != SAMPLEFORMAT_INT && alpha_is_last &&
           page.samples == pixels.components && page.bits == pixels.sample_bytes() * 8 &&
           page.real() == (pixels.sample == Sample::F32);
  if (!page.real() && page.bits <= 16 && page.colours != Colours::Palette) {
    scale_.resize(full_ + 1);
    for (std::uint64_t v = 0; v <= full_; ++v)
      scale_[v] = static_cast<std::uint16_t>((v * out_ * 2 + full_) / (full_ * 2));
  }
  if (page.colours == Colours::Lab || page.colours == Colours::IccLab) srgb_.emplace(13);
}

void RowConverter::convert(std::span<const std::byte* const> from, std::uint32_t pixels, std::byte* to) {
  const PixelFormat& format = *page_.track.pixels;
  if (plain_) {
    std::memcpy(to, from[0], std::size_t{pixels} * static_cast<std::size_t>(format.components * format.sample_bytes()));
    return;
  }
  const std::size_t count = std::size_t{pixels} * page_.samples;
  const auto take = [&](auto&& unpack_one) {
    if (!page_.planar) return unpack_one(from[0], count, 0, 1);
    for (std::size_t s = 0; s < page_.samples; ++s) unpack_one(from[s], pixels, s, page_.samples);
  };
  if (page_.real()) {
    reals_.resize(count);
    take([&](const std::byte* row, std::size_t n, std::size_t first, std::size_t step) {
      unpack_real(row, n, first, step);
    });
    return put_reals(pixels, reinterpret_cast<float*>(to));
  }
  codes_.resize(count);
  take([&](const std::byte* row, std::size_t n, std::size_t first, std::size_t step) { unpack(row, n, first, step); });
  const bool lab = page_.colours == Colours::Lab || page_.colours == Colours::IccLab;
  if (format.sample == Sample::U8) {
    auto* const out = reinterpret_cast<std::uint8_t*>(to);
    return lab ? put_lab(pixels, out) : put_codes(pixels, out);
  }
  auto* const out = reinterpret_cast<std::uint16_t*>(to);
  lab ? put_lab(pixels, out) : put_codes(pixels, out);
}

void RowConverter::unpack(const std::byte* from, std::size_t count, std::size_t first, std::size_t step) {
  std::uint64_t* to = codes_.data() + first;
  const unsigned bits = page_.bits;
  const auto each = [&](auto&& get) {
    for (std::size_t i = 0; i < count; ++i, to += step) *to = get(i);
  };
  if (bits == 8) {
    each([&](std::size_t i) { return std::to_integer<std::uint64_t>(from[i]); });
  } else if (bits == 16) {
    each([&](std::size_t i) { return load<std::uint16_t>(from + 2 * i); });
  } else if (bits == 24) {
    each([&](std::size_t i) { return load24(from + 3 * i); });
  } else if (bits == 32) {
    each([&](std::size_t i) { return load<std::uint32_t>(from + 4 * i); });
  } else if (bits == 64) {
    each([&](std::size_t i) { return load<std::uint64_t>(from + 8 * i); });
  } else {
    std::uint64_t bit = 0;
    each([&](std::size_t) {
      std::uint64_t value = 0;
      for (unsigned left = bits; left > 0;) {
        const unsigned inside = static_cast<unsigned>(bit % 8), taken = std::min(left, 8 - inside);
        value = value << taken |
                ((std::to_integer<std::uint64_t>(from[bit / 8]) >> (8 - inside - taken)) & ((1u << taken) - 1));
        bit += taken;
        left -= taken;
      }
      return value;
    });
  }
  if (page_.format != SAMPLEFORMAT_INT || page_.colours == Colours::Lab) return;
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  for (std::size_t i = 0; i < count; ++i) codes_[first + i * step] ^= sign;
}

void RowConverter::unpack_real(const std::byte* from, std::size_t count, std::size_t first, std::size_t step) {
  float* to = reals_.data() + first;
  const auto each = [&](auto&& get) {
    for (std::size_t i = 0; i < count; ++i, to += step) *to = get(i);
  };
  if (page_.bits == 16) {
    each([&](std::size_t i) { return small_float(load<std::uint16_t>(from + 2 * i), 5, 10); });
  } else if (page_.bits == 24) {
    each([&](std::size_t i) { return small_float(load24(from + 3 * i), 7, 16); });
  } else if (page_.bits == 32) {
    each([&](std::size_t i) { return load<float>(from + 4 * i); });
  } else {
    each([&](std::size_t i) { return static_cast<float>(load<double>(from + 8 * i)); });
  }
}

template <class T>
void RowConverter::put_codes(std::uint32_t pixels, T* to) const {
  const std::size_t samples = page_.samples;
  // A code of 17 bits and more keeps its high bits, as 16 of them hold any picture.
  const auto scaled = [&](std::uint64_t code) {
    return static_cast<std::uint32_t>(scale_.empty() ? code >> (page_.bits - 16) : scale_[code]);
  };
  const auto full = static_cast<std::uint32_t>(out_);
  for (std::size_t x = 0; x < pixels; ++x) {
    const std::uint64_t* const in = codes_.data() + x * samples;
    switch (page_.colours) {
      case Colours::Gray:
        *to++ = static_cast<T>(page_.inverted ? full - scaled(in[0]) : scaled(in[0]));
        break;
      case Colours::Palette: {
        const bool bytes = out_ == 255;
        for (const std::uint16_t* colour : page_.palette) {
          const std::uint16_t value = colour[in[0]];
          *to++ = static_cast<T>(bytes && value > 255 ? value >> 8 : value);
        }
        break;
      }
      case Colours::Cmyk: {
        const std::uint32_t light = full - scaled(in[3]);
        for (std::size_t c = 0; c < 3; ++c) {
          *to++ = static_cast<T>((std::uint64_t{full - scaled(in[c])} * light * 2 + full) / (std::uint64_t{full} * 2));
        }
        break;
      }
      default:
        for (std::size_t c = 0; c < 3; ++c) *to++ = static_cast<T>(scaled(in[c]));
    }
    if (page_.alpha < 0) continue;
    const std::uint64_t alpha = in[page_.alpha];
    *to++ = static_cast<T>(page_.colours != Colours::Palette ? scaled(alpha)
                           : out_ == 255                     ? alpha * 255 / full_
                                                             : alpha * 65535 / full_);
  }
}

// CIE L*a*b* of D50 (TIFF 6.0, section 23) to sRGB, adapted to D65 by Bradford's matrix.
template <class T>
void RowConverter::put_lab(std::uint32_t pixels, T* to) const {
  constexpr float matrix[3][3] = {{3.1338561f, -1.6168667f, -0.4906146f},
                                  {-0.9787684f, 1.9161415f, 0.0334540f},
                                  {0.0719453f, -0.2289914f, 1.4052427f}};
  constexpr float white[3] = {0.9642f, 1.0f, 0.8249f};
  const bool wide = page_.bits > 8, icc = page_.colours == Colours::IccLab;
  const int shift = std::max(0, page_.bits - 16), colours = page_.colour_samples();
  const auto full = static_cast<float>(out_);
  const auto chroma = [&](std::uint64_t code) {
    if (icc) return static_cast<float>(code) / (wide ? 256.0f : 1.0f) - 128.0f;
    return wide ? static_cast<float>(static_cast<std::int16_t>(code >> shift)) / 256.0f
                : static_cast<float>(static_cast<std::int8_t>(code));
  };
  const auto inverse = [](float t) {
    return t > 6.0f / 29 ? t * t * t : 3 * (6.0f / 29) * (6.0f / 29) * (t - 4.0f / 29);
  };
  for (std::size_t x = 0; x < pixels; ++x) {
    const std::uint64_t* const in = codes_.data() + x * page_.samples;
    const float lightness = static_cast<float>(in[0] >> shift) * 100 / (!wide ? 255.0f : icc ? 65280.0f : 65535.0f);
    const float y = (lightness + 16) / 116, a = colours == 1 ? 0 : chroma(in[1]), b = colours == 1 ? 0 : chroma(in[2]);
    const float xyz[3] = {white[0] * inverse(y + a / 500), white[1] * inverse(y), white[2] * inverse(y - b / 200)};
    for (const auto& row : matrix) {
      const float light = row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2];
      *to++ = coded<T>(srgb_->from_light(std::clamp(light, 0.0f, 1.0f)), full);
    }
    if (page_.alpha >= 0) *to++ = coded<T>(static_cast<float>(in[page_.alpha]) / static_cast<float>(full_), full);
  }
}

void RowConverter::put_reals(std::uint32_t pixels, float* to) const {
  const bool gray = page_.track.pixels->model == Model::Gray;
  for (std::size_t x = 0; x < pixels; ++x) {
    const float* const in = reals_.data() + x * page_.samples;
    switch (page_.colours) {
      case Colours::Gray: {
        const float value = page_.inverted ? 1 - in[0] : in[0];
        for (int c = 0; c < (gray ? 1 : 3); ++c) *to++ = value;
        break;
      }
      case Colours::Cmyk:
        for (std::size_t c = 0; c < 3; ++c) *to++ = (1 - in[c]) * (1 - in[3]);
        break;
      case Colours::LogLuv:  // XYZ to BT.709's primaries
        *to++ = 3.2404542f * in[0] - 1.5371385f * in[1] - 0.4985314f * in[2];
        *to++ = -0.9692660f * in[0] + 1.8760108f * in[1] + 0.0415560f * in[2];
        *to++ = 0.0556434f * in[0] - 0.2040259f * in[1] + 1.0572252f * in[2];
        break;
      default:
        for (std::size_t c = 0; c < 3; ++c) *to++ = in[c];
    }
    if (page_.track.pixels->alpha) *to++ = page_.alpha >= 0 ? in[page_.alpha] : 1.0f;
  }
}

}  // namespace sl::tiff
