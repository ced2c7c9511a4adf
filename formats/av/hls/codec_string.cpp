// Profiles and levels, from each codec's own structure.

#include "formats/av/hls/codec_string.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>

namespace sl::av {

namespace {

using Bytes = std::span<const std::uint8_t>;

template <class... Values>
std::string format(const char* form, Values... values) {
  std::array<char, 100> text{};
  std::snprintf(text.data(), text.size(), form, values...);
  return text.data();
}

// Return the content of a box at any depth, if it has at least `least` bytes.
Bytes box(std::span<const std::byte> init, std::string_view name, std::size_t least) {
  const Bytes all(reinterpret_cast<const std::uint8_t*>(init.data()), init.size());
  const auto found = std::search(all.begin(), all.end(), name.begin(), name.end());
  if (found == all.end()) return {};
  const auto at = static_cast<std::size_t>(found - all.begin()) + name.size();
  return all.size() - at < least ? Bytes{} : all.subspan(at);
}

// ISO/IEC 14496-15: profile, constraints and level, of avcC or of the first sequence parameter set.
std::string avc(Bytes extradata) {
  if (extradata.size() >= 4 && extradata[0] == 1) {
    return format("avc1.%02X%02X%02X", extradata[1], extradata[2], extradata[3]);
  }
  for (std::size_t i = 0; i + 6 < extradata.size(); ++i) {
    constexpr int sequence_parameters = 7;
    if (extradata[i] == 0 && extradata[i + 1] == 0 && extradata[i + 2] == 1 &&
        (extradata[i + 3] & 31) == sequence_parameters) {
      return format("avc1.%02X%02X%02X", extradata[i + 4], extradata[i + 5], extradata[i + 6]);
    }
  }
  return {};
}

// ISO/IEC 14496-15, annex E.3.
std::string hevc(Bytes hvcc) {
  if (hvcc.empty()) return {};
  const char* const spaces[] = {"", "A", "B", "C"};
  std::uint32_t compatibility = 0;
  for (int bit = 0; bit < 32; ++bit) {
    if ((hvcc[2 + bit / 8] >> (7 - bit % 8) & 1) != 0) compatibility |= 1u << bit;
  }
  std::string text = format("hvc1.%s%d.%X.%c%d", spaces[hvcc[1] >> 6], hvcc[1] & 31, compatibility,
                            (hvcc[1] & 32) != 0 ? 'H' : 'L', hvcc[12]);
  std::size_t constraints = 6;
  while (constraints > 0 && hvcc[5 + constraints] == 0) --constraints;
  for (std::size_t i = 0; i < constraints; ++i) text += format(".%X", hvcc[6 + i]);
  return text;
}

// AV1 in ISOBMFF, 5.
std::string av1(Bytes av1c) {
  if (av1c.empty()) return {};
  const int depth = (av1c[2] & 0x40) == 0 ? 8 : (av1c[2] & 0x20) == 0 ? 10 : 12;
  return format("av01.%d.%02d%c.%02d", av1c[1] >> 5, av1c[1] & 31, (av1c[2] & 0x80) != 0 ? 'H' : 'M', depth);
}

// VP9 in ISOBMFF, codecs parameter; the box begins with version and flags.
std::string vp9(Bytes vpcc) {
  if (vpcc.empty()) return {};
  return format("vp09.%02d.%02d.%02d", vpcc[4], vpcc[5], vpcc[6] >> 4);
}

}  // namespace

std::string codec_string(const AVCodecParameters& parameters, std::span<const std::byte> init) {
  const Bytes extradata(parameters.extradata, static_cast<std::size_t>(parameters.extradata_size));
  switch (parameters.codec_id) {
    case AV_CODEC_ID_H264: {
      const std::string name = avc(extradata);
      if (!name.empty()) return name;
      return avc({reinterpret_cast<const std::uint8_t*>(init.data()), init.size()});
    }
    case AV_CODEC_ID_HEVC:
      return hevc(box(init, "hvcC", 13));
    case AV_CODEC_ID_AV1:
      return av1(box(init, "av1C", 3));
    case AV_CODEC_ID_VP9:
      return vp9(box(init, "vpcC", 7));
    case AV_CODEC_ID_AAC:
      return "mp4a.40." + std::to_string(extradata.empty() ? 2 : std::max(1, extradata[0] >> 3));
    case AV_CODEC_ID_MP3:
      return "mp4a.40.34";
    case AV_CODEC_ID_AC3:
      return "ac-3";
    case AV_CODEC_ID_EAC3:
      return "ec-3";
    case AV_CODEC_ID_OPUS:
      return "opus";
    case AV_CODEC_ID_FLAC:
      return "fLaC";
    default:
      return {};
  }
}

}  // namespace sl::av
