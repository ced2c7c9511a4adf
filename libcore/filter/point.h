// Point filters: three drivers, named by what their kernel may assume of a sample.
//
// map_colour: the kernel is affine in each channel, so it works on the samples of any format. map_curve: a function of
// one value, which has a meaning in R'G'B' and gray only. map_rgb: sees R', G' and B' together. The last two convert
// YUV to RGB, and colours multiplied by alpha to straight ones, and announce that in the outgoing TRACK.
//
// All three work on the rows of raw video, strip by strip; every other record is passed on. Attachments that
// describe the old samples are dropped with an EVENT (pass_untied).

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/channels.h"
#include "libcore/pixels/clones.h"
#include "libcore/pixels/lut.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// ---- Streams ----

// Pass a record on, but drop an ancillary one that is tied to the pixels of a track of raw video (flag bit 1), and
// report that by an EVENT. For stages that change samples, size or order of frames.
void pass_untied(Reader& in, const wire::Header& record, Writer& out);

// Remove `geometry` from the metadata, for stages that move pixels. Return false if it is missing.
[[nodiscard]] bool drop_geometry(Frame& frame);

// Convert the rows of each track of raw video to the track that `target` returns for it (same size; other pixels, color
// or alpha), and run `work` on them. It may change the strips in place; they are written afterwards.
void map_strips(Reader& in, Writer& out, const std::function<Track(const Track&)>& target,
                const std::function<void(const Track&, const Strip&)>& work);

// The track that map_curve works in: YUV becomes rgb24 or rgb48le (with alpha rgba, rgba64le) in full range,
// premultiplied alpha straight.
[[nodiscard]] Track curve_track(const Track& track);
// The same for map_rgb: gray becomes RGB too.
[[nodiscard]] Track rgb_track(const Track& track);

// ---- map_colour ----

namespace loops {

// Arithmetic on samples of T: wide enough for a sum of two ranges, narrow enough for the vectoriser.
template <class T>
using Value = std::conditional_t<std::is_same_v<T, std::uint8_t>, std::int16_t,
                                 std::conditional_t<std::is_same_v<T, std::uint16_t>, std::int32_t, float>>;

// Copies the bytes of `other` for which the mask, repeated, is set; the mask's period divides 16 bytes.
using Mask = std::array<std::uint8_t, 16>;
void blend(std::byte* bytes, const std::byte* other, std::size_t count, const Mask& mask);
// Which bytes of one plane of interleaved or packed samples are not `colour`: straight alpha, or chroma.
[[nodiscard]] Mask non_colour_mask(const PixelFormat& format);

// Fills `alpha` with the factors, 0 to 1, by which row `y` of a plane's colours (component by component in interleaved
// formats) was multiplied; for subsampled chroma, the mean over the pixels that it covers.
void alpha_row(const Strip& strip, const Channels& channels, int plane, std::uint32_t y, std::vector<float>& alpha);

template <class T>
[[nodiscard]] T saturate(Value<T> value, Value<T> largest) {
  if constexpr (std::is_floating_point_v<T>) {
    return value;
  } else {
    return static_cast<T>(std::clamp<Value<T>>(value, 0, largest));
  }
}

// Samples of one range side by side. Given a constant range, the compiler drops saturation that cannot happen.
template <class T, class Low, class High, class Largest, class Kernel>
void map_run(T* samples, std::size_t count, Low low, High high, Largest largest, const Kernel& kernel) {
  using V = Value<T>;
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] = saturate<T>(static_cast<V>(kernel(static_cast<V>(samples[i]), V{low}, V{high})), V{largest});
  }
}

template <class T, class Kernel>
void map_flat(T* samples, std::size_t count, CodeRange range, int max_code, int low_bits, const Kernel& kernel) {
  using V = Value<T>;
  const V low = static_cast<V>(range.low), high = static_cast<V>(range.high), largest = static_cast<V>(max_code);
  if constexpr (std::is_same_v<T, float>) {
    map_run(samples, count, low, high, largest, kernel);
  } else {
    constexpr std::integral_constant<V, 0> zero;
    constexpr std::integral_constant<V, static_cast<V>(std::numeric_limits<T>::max())> most;
    if (low_bits != 0) {
      for (std::size_t i = 0; i < count; ++i) {
        const V value = static_cast<V>(samples[i] >> low_bits);
        samples[i] = static_cast<T>(saturate<T>(static_cast<V>(kernel(value, low, high)), largest) << low_bits);
      }
    } else if (low == zero && high == most) {
      map_run(samples, count, zero, most, most, kernel);
    } else {
      map_run(samples, count, low, high, largest, kernel);
    }
  }
}

// Samples of two kinds in turn: those under the mask have the range `other`, or stay if it is null. Two flat passes and
// a mask are ten times as fast as a loop that asks for the kind of each sample.
template <class T, class Kernel>
void map_interleaved(T* samples, std::size_t count, CodeRange range, const CodeRange* other, const Mask& mask,
                     int largest, const Kernel& kernel) {
  constexpr std::size_t block = 1024 / sizeof(T);
  std::array<T, block> copy;
  for (std::size_t i = 0; i < count; i += block) {
    const std::size_t part = std::min(block, count - i);
    std::memcpy(copy.data(), samples + i, part * sizeof(T));
    map_flat(samples + i, part, range, largest, 0, kernel);
    if (other != nullptr) map_flat(copy.data(), part, *other, largest, 0, kernel);
    blend(reinterpret_cast<std::byte*>(samples + i), reinterpret_cast<const std::byte*>(copy.data()), part * sizeof(T),
          mask);
  }
}

// Samples that were multiplied by alpha: the range shrinks with it, towards black, or the middle of chroma.
template <class T, class Kernel>
void map_premultiplied(T* samples, std::span<const float> alpha, CodeRange range, bool is_chroma, int max_code,
                       const Kernel& kernel) {
  using V = Value<T>;
  const auto code = [](float value) {
    return std::is_floating_point_v<V> ? static_cast<V>(value) : static_cast<V>(value + 0.5f);
  };
  const float half = (range.high - range.low) / 2, middle = range.low + half;
  const V twice_middle = static_cast<V>(range.low + range.high), largest = static_cast<V>(max_code);
  const V black = static_cast<V>(range.low);
  const auto map = [&](T& sample, V low, V high) {
    sample = saturate<T>(static_cast<V>(kernel(static_cast<V>(sample), low, high)), largest);
  };
  if (is_chroma) {
    for (std::size_t i = 0; i < alpha.size(); ++i) {
      const V high = code(middle + half * alpha[i]);
      map(samples[i], static_cast<V>(twice_middle - high), high);
    }
  } else {
    for (std::size_t i = 0; i < alpha.size(); ++i) map(samples[i], black, code(range.low + 2 * half * alpha[i]));
  }
}

template <class T, class Kernel>
void map_planes(const Strip& strip, const Channels& channels, const Kernel& kernel) {
  const PixelFormat& format = *strip.format;
  const bool premultiplied = channels.alpha == Alpha::Premultiplied, planar = format.packing == Packing::Planar;
  const int planes = format.planes - (format.alpha && planar ? 1 : 0);
  const bool mixed = format.packing == Packing::Packed422 || (format.alpha && !planar);
  const CodeRange* other = format.packing == Packing::Packed422 && channels.has_chroma ? &channels.chroma : nullptr;
  const Mask mask = non_colour_mask(format);
  std::vector<float> alpha;
  std::vector<T> before;
  for (int p = 0; p < planes; ++p) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
    const bool is_chroma = channels.has_chroma && p > 0;
    const CodeRange range = is_chroma ? channels.chroma : channels.colour;
    // Rows without gaps are one long row.
    const bool whole = plane.stride == plane.width * sizeof(T) && !premultiplied;
    const std::size_t count = whole ? plane.width * plane.rows : plane.width;
    for (std::uint32_t y = 0; y < (whole ? 1 : plane.rows); ++y) {
      T* samples = plane.row<T>(y);
      if (premultiplied) {
        alpha_row(strip, channels, p, y, alpha);
        if (mixed) before.assign(samples, samples + count);
        map_premultiplied(samples, alpha, range, is_chroma, channels.largest, kernel);
        if (mixed) {
          blend(reinterpret_cast<std::byte*>(samples), reinterpret_cast<const std::byte*>(before.data()),
                count * sizeof(T), mask);
        }
      } else if (mixed) {
        map_interleaved(samples, count, range, other, mask, channels.largest, kernel);
      } else {
        map_flat(samples, count, range, channels.largest, format.low_bits, kernel);
      }
    }
  }
}

}  // namespace loops

// Changes every colour sample of the strip to kernel(v, lo, hi). v, lo and hi are int16 (8-bit samples), int32 (up to
// 16 bits) or float; the kernel's result must be too, and is saturated to the codes of the format on store (floats are
// not). lo and hi are the codes of black and white: 0 and 2^n - 1, in limited range 16 and 235 (times
// 2^(n-8)), float 0 and 1 (16/255, 235/255); for chroma lo + hi is 2^n, so that gray is the middle of the range. If
// the range is unknown, RGB and gray are taken as full and YUV as limited, as players do. The kernel is not called for
// straight alpha. The range of colours multiplied by alpha shrinks with it: for a pixel of alpha a, hi is
// lo + (hi - lo) a, and a subsampled chroma sample has the mean alpha of its pixels.
template <class Kernel>
void map_colour_strip(const Track& track, const Strip& strip, const Kernel& kernel) {
  const Channels channels = channels_of(track);
  switch (strip.format->sample) {
    case Sample::U8:
      return run_for_cpu([&] { loops::map_planes<std::uint8_t>(strip, channels, kernel); });
    case Sample::U16:
      return run_for_cpu([&] { loops::map_planes<std::uint16_t>(strip, channels, kernel); });
    case Sample::F32:
      return run_for_cpu([&] { loops::map_planes<float>(strip, channels, kernel); });
  }
}

template <class Kernel>
void map_colour(Reader& in, Writer& out, const Kernel& kernel) {
  map_strips(
      in, out, [](const Track& track) { return track; },
      [&](const Track& track, const Strip& strip) { map_colour_strip(track, strip, kernel); });
}

// ---- map_curve ----

// Integer samples are clamped and looked up in a table (pixels/lut.h).
void map_curve(Reader& in, Writer& out, const Curve& curve);

// ---- map_rgb ----

namespace loops {

// Rows of an RGB strip as R, G and B, 0 to 1 for black to white, and back.
class RgbRows {
 public:
  RgbRows(const Track& track, const Strip& strip);
  ~RgbRows();
  void load(std::uint32_t y);  // a row of the strip
  void store(std::uint32_t y);
  std::array<std::vector<float>, 3> rows;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace loops

// Calls kernel(r, g, b) with three floats to change, 0 to 1 for black to white, for every pixel of a strip of RGB. The
// results are rounded and clamped on store (floats are not).
template <class Kernel>
void map_rgb_strip(const Track& track, const Strip& strip, const Kernel& kernel) {
  loops::RgbRows pixels(track, strip);
  auto& [r, g, b] = pixels.rows;
  for (std::uint32_t y = 0; y < strip.rows; ++y) {
    pixels.load(y);
    for (std::size_t x = 0; x < strip.width; ++x) kernel(r[x], g[x], b[x]);
    pixels.store(y);
  }
}

template <class Kernel>
void map_rgb(Reader& in, Writer& out, const Kernel& kernel) {
  map_strips(in, out, rgb_track, [&](const Track& track, const Strip& strip) { map_rgb_strip(track, strip, kernel); });
}

}  // namespace sl
