// Samples of sound: the wire's four formats to and from double, which holds all of them exactly.
//
// Full scale is -1 to 1: u8 is (v - 128) / 128, s16 v / 2^15, s32 v / 2^31, f32 is itself. On the way back values are
// rounded to nearest, ties to even, and saturate; NaN becomes silence. f32 is rounded to nearest and keeps values
// beyond full scale, infinities and NaN. Without dither, a round trip returns the same samples.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace sl {

struct Track;

enum class SampleType : std::uint8_t { U8, S16, S32, F32 };

// Of a track of raw sound.
[[nodiscard]] SampleType sample_type(const Track& track);
[[nodiscard]] std::size_t sample_bytes(SampleType type);

// `bytes` holds as many samples as `values`; it needs no alignment.
void read_samples(SampleType type, std::span<const std::byte> bytes, std::span<double> values);
// Return how many were beyond full scale and are cut off.
std::size_t write_samples(SampleType type, std::span<const double> values, std::span<std::byte> bytes);
// Multiply in place; the product is rounded once. By 1 it changes nothing. Return how many went beyond full scale and
// are cut off.
std::size_t scale_samples(SampleType type, std::span<std::byte> bytes, double factor);
// Multiply the `channels` samples at each place by the factor for that place, which counts from 0.
std::size_t scale_samples(SampleType type, std::span<std::byte> bytes, std::size_t channels,
                          const std::function<double(std::size_t place)>& factor);

struct Gain {
  double factor = 1;
};
// "-6", "+3dB" (20 dB are a factor of ten) or "x0.5". Throws Error(Usage), naming `option`.
void parse_value(std::string_view option, std::string_view text, Gain& gain);

}  // namespace sl
