// Tables for the curves, and the matrix over blocks of planes between them.

#include "libcore/pixels/matrix_map.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "libcore/pixels/clones.h"

namespace sl {

namespace {

// Light from 2^-20 to 1 in steps of 1/1024 of its size: finer than codes of 8 bits under any curve.
constexpr unsigned octaves = 20, rest = 13, steps_of_octave = 1U << (23 - rest);
constexpr std::size_t code_entries = octaves * steps_of_octave + 1;
constexpr float least = 1.0f / (1U << octaves);

std::int32_t place_of(float light) {
  return (std::bit_cast<std::int32_t>(light) - std::bit_cast<std::int32_t>(least)) >> rest;
}

// The code to which each light is nearest: by the light of the middles between codes.
std::vector<std::uint8_t> code_table(const LightCurve& curve) {
  std::vector<std::uint8_t> table(code_entries);
  std::array<float, 255> middles{};
  float highest = 0;
  for (std::size_t i = 0; i < middles.size(); ++i) {
    highest = std::max(highest, static_cast<float>(curve.to_light((static_cast<double>(i) + 0.5) / 255)));
    middles[i] = highest;
  }
  std::size_t code = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto bits = std::bit_cast<std::int32_t>(least) + static_cast<std::int32_t>(i << rest) + (1 << (rest - 1));
    const float light = i == 0 ? 0 : std::bit_cast<float>(bits);
    while (code < middles.size() && middles[code] <= light) ++code;
    table[i] = static_cast<std::uint8_t>(code);
  }
  return table;
}

// Three rows of light by a matrix into places in code tables. No row is both in and out.
SL_FLOAT_CLONES void places(const float* __restrict r, const float* __restrict g, const float* __restrict b,
                            const float* __restrict row, std::size_t count, std::int32_t* __restrict out) {
  const float x = row[0], y = row[1], z = row[2];
  const std::int32_t zero = std::bit_cast<std::int32_t>(least);
  for (std::size_t i = 0; i < count; ++i) {
    float light = x * r[i] + y * g[i] + z * b[i];
    light = light > least ? light : least;
    light = light < 1.0f ? light : 1.0f;
    out[i] = (std::bit_cast<std::int32_t>(light) - zero) >> rest;
  }
}

SL_FLOAT_CLONES void mix(const float* __restrict r, const float* __restrict g, const float* __restrict b,
                         const float* __restrict row, std::size_t count, float* __restrict out) {
  const float x = row[0], y = row[1], z = row[2];
  for (std::size_t i = 0; i < count; ++i) out[i] = x * r[i] + y * g[i] + z * b[i];
}

// Light of the scene to that of the display, or back: by a power of its luminance.
template <class Rows>
void system_gamma(Rows& rows, std::size_t count, const std::array<float, 3>& luminance, float power) {
  for (std::size_t i = 0; i < count; ++i) {
    const float y = luminance[0] * rows[0][i] + luminance[1] * rows[1][i] + luminance[2] * rows[2][i];
    const float factor = y > 0 ? std::pow(y, power) : 0;
    for (auto& row : rows) row[i] *= factor;
  }
}

std::array<float, 3> luminance_of(const MatrixSpace& space) {
  if (space.is_gray) return {1, 0, 0};
  std::array<float, 3> weights{};
  for (std::size_t i = 0; i < 3; ++i) weights[i] = static_cast<float>(space.to_xyz[1][i]);
  return weights;
}

Matrix matrix_between(const MatrixSpace& from, const MatrixSpace& to) {
  constexpr Matrix unit{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  if (from.is_gray) return unit;
  if (!to.is_gray) return product(inverse(to.to_xyz), from.to_xyz);
  return {{from.to_xyz[1], from.to_xyz[1], from.to_xyz[1]}};
}

}  // namespace

MatrixMap::MatrixMap(const MatrixSpace& from, const MatrixSpace& to, const PixelFormat& format)
    : sample_(format.sample),
      channels_(static_cast<std::size_t>(format.components - (format.alpha ? 1 : 0))),
      step_(static_cast<std::size_t>(format.components)),
      from_luminance_(luminance_of(from)),
      to_luminance_(luminance_of(to)),
      from_gamma_(static_cast<float>(from.system_gamma - 1)),
      to_gamma_(static_cast<float>(1 / to.system_gamma - 1)) {
  const Matrix between = matrix_between(from, to);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) matrix_[i][k] = static_cast<float>(between[i][k]);
  }
  if (sample_ != Sample::U8) {
    for (std::size_t i = 0; i < channels_; ++i) {
      to_light_.emplace_back(from.curves[i].to_light);
      from_light_.emplace_back(to.curves[i].from_light);
    }
    return;
  }
  for (std::size_t i = 0; i < channels_; ++i) {
    for (std::size_t code = 0; code < 256; ++code) {
      light_[i][code] = static_cast<float>(from.curves[i].to_light(static_cast<double>(code) / 255));
    }
    codes_[i] = code_table(to.curves[i]);
    for (std::size_t k = 0; k < i; ++k) {
      if (codes_[k] == codes_[i]) codes_of_[i] = codes_of_[k];
    }
  }
  for (std::size_t code = 0; channels_ == 1 && code < 256; ++code) {
    gray_[code] = codes_[0][static_cast<std::size_t>(place_of(std::clamp(light_[0][code], least, 1.0f)))];
  }
}

void MatrixMap::bytes(std::uint8_t* samples, std::size_t pixels) const {
  if (channels_ == 1) {
    for (std::size_t i = 0; i < pixels * step_; i += step_) samples[i] = gray_[samples[i]];
    return;
  }
  step_ == 3 ? colors<3>(samples, pixels) : colors<4>(samples, pixels);
}

// With the step known: stores of bytes could change a member.
template <std::size_t step>
void MatrixMap::colors(std::uint8_t* samples, std::size_t pixels) const {
  Rows light;
  std::array<std::array<std::int32_t, block>, 3> place;
  const std::uint8_t* const codes[3] = {codes_[codes_of_[0]].data(), codes_[codes_of_[1]].data(),
                                        codes_[codes_of_[2]].data()};
  for (std::size_t done = 0; done < pixels; done += block) {
    const std::size_t count = std::min(block, pixels - done);
    std::uint8_t* const first = samples + done * step;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* pixel = first + i * step;
      light[0][i] = light_[0][pixel[0]];
      light[1][i] = light_[1][pixel[1]];
      light[2][i] = light_[2][pixel[2]];
    }
    for (std::size_t c = 0; c < 3; ++c) {
      places(light[0].data(), light[1].data(), light[2].data(), matrix_[c].data(), count, place[c].data());
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::uint8_t* pixel = first + i * step;
      pixel[0] = codes[0][place[0][i]];
      pixel[1] = codes[1][place[1][i]];
      pixel[2] = codes[2][place[2][i]];
    }
  }
}

void MatrixMap::mix_light(Rows& rows, std::size_t count) const {
  if (channels_ == 1) return;
  if (from_gamma_ != 0) system_gamma(rows, count, from_luminance_, from_gamma_);
  Rows mixed;
  for (std::size_t c = 0; c < 3; ++c) {
    mix(rows[0].data(), rows[1].data(), rows[2].data(), matrix_[c].data(), count, mixed[c].data());
  }
  if (to_gamma_ != 0) system_gamma(mixed, count, to_luminance_, to_gamma_);
  rows = mixed;
}

template <class T>
void MatrixMap::values(T* samples, std::size_t pixels) const {
  constexpr bool integers = !std::is_same_v<T, float>;
  constexpr float white = integers ? 65535.0f : 1.0f;
  Rows rows;
  for (std::size_t done = 0; done < pixels; done += block) {
    const std::size_t count = std::min(block, pixels - done);
    T* const first = samples + done * step_;
    for (std::size_t c = 0; c < channels_; ++c) {
      for (std::size_t i = 0; i < count; ++i) {
        rows[c][i] = to_light_[c].at(static_cast<float>(first[i * step_ + c]) * (1 / white));
      }
    }
    mix_light(rows, count);
    for (std::size_t c = 0; c < channels_; ++c) {
      for (std::size_t i = 0; i < count; ++i) {
        float light = rows[c][i];
        if constexpr (integers) light = light > 0 ? std::min(light, 1.0f) : 0.0f;
        const float value = from_light_[c].at(light);
        if constexpr (integers) {
          first[i * step_ + c] = static_cast<T>((value > 0 ? std::min(value, 1.0f) : 0.0f) * white + 0.5f);
        } else {
          first[i * step_ + c] = value;
        }
      }
    }
  }
}

void MatrixMap::apply(std::byte* samples, std::size_t pixels) const {
  switch (sample_) {
    case Sample::U8:
      return bytes(reinterpret_cast<std::uint8_t*>(samples), pixels);
    case Sample::U16:
      return values(reinterpret_cast<std::uint16_t*>(samples), pixels);
    case Sample::F32:
      return values(reinterpret_cast<float*>(samples), pixels);
  }
}

}  // namespace sl
