// Loops over samples of sound. In double, since f32 has too few bits for s32 and for sums of it; written so that g++
// makes two or four lanes of them.

#include "libcore/sound/samples.h"

#include <cassert>
#include <cmath>
#include <cstring>

#include "libcore/base/parse.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

// Added and taken away, it leaves a double below 2^51 rounded to an integer, ties to even; std::nearbyint is a call
// for each sample if the CPU has no SSE4.1.
constexpr double rounding = 6755399441055744.0;  // 1.5 * 2^52

template <class Stored, int offset, int bits>
struct Integer {
  using Type = Stored;
  static constexpr double scale = static_cast<double>(std::int64_t{1} << (bits - 1));
  static double get(Stored stored) { return (static_cast<double>(stored) - offset) * (1 / scale); }
  static bool is_beyond(double value) { return value > 1 || value < -1; }
  static Stored put(double value) {
    value = value == value ? value * scale : 0.0;
    value = value < scale - 1 ? value : scale - 1;
    value = value > -scale ? value : -scale;
    return static_cast<Stored>(static_cast<std::int32_t>(value + rounding - rounding) + offset);
  }
};
using U8 = Integer<std::uint8_t, 128, 8>;
using S16 = Integer<std::int16_t, 0, 16>;
using S32 = Integer<std::int32_t, 0, 32>;

struct F32 {
  using Type = float;
  static double get(float stored) { return static_cast<double>(stored); }
  static bool is_beyond(double) { return false; }
  static float put(double value) { return static_cast<float>(value); }
};

template <class Format>
typename Format::Type load(const std::byte* bytes, std::size_t i) {
  typename Format::Type stored;
  std::memcpy(&stored, bytes + i * sizeof(stored), sizeof(stored));
  return stored;
}
template <class Format>
void store(std::byte* bytes, std::size_t i, double value) {
  const typename Format::Type stored = Format::put(value);
  std::memcpy(bytes + i * sizeof(stored), &stored, sizeof(stored));
}

// Calls `loop` with the format as a type.
template <class Loop>
void with_format(SampleType type, Loop loop) {
  switch (type) {
    case SampleType::U8:
      return loop(U8());
    case SampleType::S16:
      return loop(S16());
    case SampleType::S32:
      return loop(S32());
    case SampleType::F32:
      return loop(F32());
  }
}

}  // namespace

SampleType sample_type(const Track& track) {
  if (track.samples == "u8") return SampleType::U8;
  if (track.samples == "s16le") return SampleType::S16;
  if (track.samples == "s32le") return SampleType::S32;
  assert(track.samples == "f32le");
  return SampleType::F32;
}

std::size_t sample_bytes(SampleType type) { return type == SampleType::U8 ? 1 : type == SampleType::S16 ? 2 : 4; }

void read_samples(SampleType type, std::span<const std::byte> bytes, std::span<double> values) {
  assert(bytes.size() == values.size() * sample_bytes(type));
  with_format(type, [&](auto format) {
    using Format = decltype(format);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = Format::get(load<Format>(bytes.data(), i));
  });
}

std::size_t write_samples(SampleType type, std::span<const double> values, std::span<std::byte> bytes) {
  assert(bytes.size() == values.size() * sample_bytes(type));
  std::size_t beyond = 0;
  with_format(type, [&](auto format) {
    using Format = decltype(format);
    for (std::size_t i = 0; i < values.size(); ++i) {
      beyond += Format::is_beyond(values[i]) ? 1 : 0;
      store<Format>(bytes.data(), i, values[i]);
    }
  });
  return beyond;
}

std::size_t scale_samples(SampleType type, std::span<std::byte> bytes, double factor) {
  std::size_t beyond = 0;
  if (factor == 1) return beyond;  // NaN keeps its bits too
  with_format(type, [&](auto format) {
    using Format = decltype(format);
    const std::size_t count = bytes.size() / sample_bytes(type);
    for (std::size_t i = 0; i < count; ++i) {
      const double value = Format::get(load<Format>(bytes.data(), i)) * factor;
      beyond += Format::is_beyond(value) ? 1 : 0;
      store<Format>(bytes.data(), i, value);
    }
  });
  return beyond;
}

std::size_t scale_samples(SampleType type, std::span<std::byte> bytes, std::size_t channels,
                          const std::function<double(std::size_t)>& factor) {
  const std::size_t unit = channels * sample_bytes(type);
  std::size_t beyond = 0;
  for (std::size_t place = 0; place < bytes.size() / unit; ++place) {
    beyond += scale_samples(type, bytes.subspan(place * unit, unit), factor(place));
  }
  return beyond;
}

void parse_value(std::string_view option, std::string_view text, Gain& gain) {
  constexpr double most = 1e6;  // 120 dB
  std::string_view digits = text;
  const bool is_factor = digits.starts_with('x');
  if (is_factor || digits.starts_with('+')) digits.remove_prefix(1);
  if (!is_factor && (digits.ends_with("dB") || digits.ends_with("db"))) digits.remove_suffix(2);
  const auto number = to_number<double>(digits);
  const double factor = is_factor ? number.value_or(0) : std::pow(10.0, number.value_or(0) / 20);
  if (!number || !(factor >= 0 && factor <= most) || (text.starts_with('+') && digits.starts_with('-'))) {
    bad_value(option, text, "is no gain of at most 120 dB, as -6, +3dB or x0.5");
  }
  gain.factor = factor;
}

}  // namespace sl
