// Blocks of samples in the wire's four formats.

#include "formats/bare/pcm.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <vector>

#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"
#include "libcore/bytes/source.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

constexpr std::array<PcmShape, 16> formats{{{"s16le", 's', 2, false},
                                            {"s16be", 's', 2, true},
                                            {"u8", 'u', 1, false},
                                            {"s8", 's', 1, false},
                                            {"u16le", 'u', 2, false},
                                            {"u16be", 'u', 2, true},
                                            {"s24le", 's', 3, false},
                                            {"s24be", 's', 3, true},
                                            {"u24le", 'u', 3, false},
                                            {"u24be", 'u', 3, true},
                                            {"s32le", 's', 4, false},
                                            {"s32be", 's', 4, true},
                                            {"f32le", 'f', 4, false},
                                            {"f32be", 'f', 4, true},
                                            {"f64le", 'f', 8, false},
                                            {"f64be", 'f', 8, true}}};
constexpr std::uint32_t max_channels = 1024;
constexpr std::size_t block = 1024;  // samples of each channel in a frame

std::string_view samples_of(const PcmShape& shape) {
  if (shape.kind == 'f') return "f32le";
  if (shape.name == "u8") return "u8";
  return shape.bytes <= 2 ? "s16le" : "s32le";
}

Track track_of(const PcmShape& shape) {
  Track track;
  track.kind = Kind::Audio;
  track.samples = samples_of(shape);
  track.sample_rate = shape.rate;
  track.channels = shape.channels;
  if (shape.channels <= 2) track.layout = shape.channels == 1 ? "mono" : "stereo";
  track.time_base = {1, shape.rate};
  if (shape.name == "s8") track.bits = 8;
  if (shape.bytes == 3) track.bits = 24;
  return track;
}

// Write one sample as the wire has it; return its size there.
std::size_t put_sample(const PcmShape& shape, const std::byte* from, std::byte* to) {
  std::uint64_t value = 0;  // the sample's bytes, highest first
  for (std::size_t i = 0; i < shape.bytes; ++i)
    value = value << 8 | std::to_integer<std::uint64_t>(from[shape.big_endian ? i : shape.bytes - 1 - i]);
  if (shape.kind == 'f') {
    const auto bits = shape.bytes == 8 ? std::bit_cast<std::uint32_t>(static_cast<float>(std::bit_cast<double>(value)))
                                       : static_cast<std::uint32_t>(value);
    store_le(to, bits);
    return 4;
  }
  const std::size_t made = shape.bytes <= 2 ? 2 : 4;
  value <<= 8 * (made - shape.bytes);
  if (shape.kind == 'u') value ^= std::uint64_t{1} << (8 * made - 1);
  if (made == 2) {
    store_le(to, static_cast<std::uint16_t>(value));
  } else {
    store_le(to, static_cast<std::uint32_t>(value));
  }
  return made;
}

}  // namespace

void parse_value(std::string_view option, std::string_view text, PcmShape& shape) {
  const std::size_t first = text.find(':'), second = text.find(':', std::min(first, text.size() - 1) + 1);
  if (text.empty() || first == std::string_view::npos || second == std::string_view::npos)
    bad_value(option, text, "is not FORMAT:CHANNELS:RATE, as s16le:2:48000");
  const auto* const found = std::ranges::find(formats, text.substr(0, first), &PcmShape::name);
  if (found == formats.end()) {
    std::string names;
    for (const PcmShape& format : formats) names += (names.empty() ? "" : ", ") + std::string(format.name);
    bad_value(option, text.substr(0, first), "is not one of " + names);
  }
  shape = *found;
  shape.channels = to_number<std::uint32_t>(text.substr(first + 1, second - first - 1)).value_or(0);
  shape.rate = to_number<std::uint32_t>(text.substr(second + 1)).value_or(0);
  if (shape.channels == 0 || shape.channels > max_channels)
    bad_value(option, text, "has not 1 to " + std::to_string(max_channels) + " channels");
  if (shape.rate == 0 || shape.rate > wire_limit::number) bad_value(option, text, "has no sample rate");
}

void pass_pcm(Source& source, const PcmShape& shape, bool salvage, Writer& out) {
  constexpr std::uint16_t number = 1;
  const Track track = track_of(shape);
  const std::size_t all = shape.bytes * shape.channels;  // bytes of the samples of one moment
  const bool as_is = shape.name == samples_of(shape);
  std::vector<std::byte> in(block * all), made(block * shape.channels * 4);
  source.end_header();
  out.begin();
  out.track(number, track);
  Frame frame;
  frame.pts = 0;
  while (true) {
    const std::size_t got = source.read_all(in), count = got / all;
    if (count != 0) {
      std::size_t size = count * all;
      if (!as_is) {
        size = 0;
        for (std::size_t i = 0; i < count * shape.channels; ++i)
          size += put_sample(shape, in.data() + i * shape.bytes, made.data() + size);
      }
      frame.duration = static_cast<std::int64_t>(count);
      out.frame(number, frame);
      out.bytes(number, std::span(as_is ? in : made).first(size), true);
      ++frame.number;
      frame.pts += frame.duration;
    }
    if (got % all != 0) {
      const std::string what = source.name() + ": PCM: ends in sample " + std::to_string(frame.pts + 1) + ", after " +
                               std::to_string(got % all) + " of its " + std::to_string(all) + " bytes (" +
                               std::to_string(shape.channels) + " channels of " + std::to_string(shape.bytes) +
                               " each)";
      if (!salvage) throw Error(Status::Data, what);
      warn(what + "; it is left out");
    }
    if (got < in.size()) break;
    source.check_stop();
  }
  out.end();
}

}  // namespace sl
