// The layouts of codecs, and the choice among them.

#include "formats/av/encode/channel_plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

namespace sl::av {

namespace {

using Mask = std::uint64_t;

// RFC 7845, 5.1.1.2, and Vorbis I, 4.3.9.
constexpr std::array<Mask, 8> of_xiph{AV_CH_LAYOUT_MONO,    AV_CH_LAYOUT_STEREO,       AV_CH_LAYOUT_SURROUND,
                                      AV_CH_LAYOUT_QUAD,    AV_CH_LAYOUT_5POINT0_BACK, AV_CH_LAYOUT_5POINT1_BACK,
                                      AV_CH_LAYOUT_6POINT1, AV_CH_LAYOUT_7POINT1};
// Those with a number (ISO/IEC 14496-3, table 1.19), which all players know, and 7.1, for which FFmpeg writes a table.
constexpr std::array<Mask, 7> of_aac{AV_CH_LAYOUT_MONO,    AV_CH_LAYOUT_STEREO,       AV_CH_LAYOUT_SURROUND,
                                     AV_CH_LAYOUT_4POINT0, AV_CH_LAYOUT_5POINT0_BACK, AV_CH_LAYOUT_5POINT1_BACK,
                                     AV_CH_LAYOUT_7POINT1};
// What readers assume where only the number of channels is written.
constexpr std::array<Mask, 8> of_counts{AV_CH_LAYOUT_MONO,    AV_CH_LAYOUT_STEREO,       AV_CH_LAYOUT_2POINT1,
                                        AV_CH_LAYOUT_4POINT0, AV_CH_LAYOUT_5POINT0_BACK, AV_CH_LAYOUT_5POINT1_BACK,
                                        AV_CH_LAYOUT_6POINT1, AV_CH_LAYOUT_7POINT1};

bool is_pcm(AVCodecID codec) { return codec >= AV_CODEC_ID_FIRST_AUDIO && codec < AV_CODEC_ID_ADPCM_IMA_QT; }

// Return the masks that readers of this codec in this container understand; none: all, or it is not known.
std::vector<Mask> layouts_of(const AVCodec& codec, std::string_view muxer) {
  const auto list = [](const auto& masks) { return std::vector<Mask>(masks.begin(), masks.end()); };
  const bool is_matroska = muxer == "matroska" || muxer == "webm";
  if (codec.id == AV_CODEC_ID_OPUS || codec.id == AV_CODEC_ID_VORBIS) return list(of_xiph);
  if (codec.id == AV_CODEC_ID_AAC) return list(of_aac);
  // Comments beside FLAC's header name other layouts.
  if (codec.id == AV_CODEC_ID_FLAC)
    return muxer == "flac" || muxer == "ogg" || is_matroska ? std::vector<Mask>() : list(of_xiph);
  if (is_pcm(codec.id)) return muxer == "nut" || is_matroska ? list(of_counts) : std::vector<Mask>();
  std::vector<Mask> masks;
  for (const AVChannelLayout* layout = codec.ch_layouts; layout != nullptr && layout->nb_channels != 0; ++layout) {
    if (layout->order == AV_CHANNEL_ORDER_NATIVE) masks.push_back(layout->u.mask);
  }
  return masks;
}

constexpr Mask sides = AV_CH_SIDE_LEFT | AV_CH_SIDE_RIGHT, backs = AV_CH_BACK_LEFT | AV_CH_BACK_RIGHT;

// Return the channel at the other place of its pair, or itself.
Mask swapped_channel(Mask channel) {
  static_assert(AV_CH_SIDE_LEFT == AV_CH_BACK_LEFT << 5 && AV_CH_SIDE_RIGHT == AV_CH_BACK_RIGHT << 5);
  return (channel & backs) != 0 ? channel << 5 : (channel & sides) != 0 ? channel >> 5 : channel;
}

// Return the mask with the side pair in place of the back pair, or the other way round; the same if it has both.
Mask swapped(Mask mask) {
  if (((mask & sides) != 0) == ((mask & backs) != 0)) return mask;
  return (mask & ~(sides | backs)) | swapped_channel(mask & (sides | backs));
}

// Return for each channel of `to` the channel of `in`, one of whose two names it has.
std::vector<int> places(Mask to, Mask in) {
  std::vector<int> from;
  for (Mask rest = to; rest != 0; rest &= rest - 1) {
    Mask channel = rest & (~rest + 1);
    if ((in & channel) == 0 && swapped(in) != in) channel = swapped_channel(channel);
    from.push_back((in & channel) == 0 ? -1 : std::popcount(in & (channel - 1)));
  }
  return from;
}

}  // namespace

ChannelPlan plan_channels(const AVCodec& codec, std::string_view muxer, const AVChannelLayout& in) {
  const std::vector<Mask> masks = layouts_of(codec, muxer);
  ChannelPlan plan{in, in, {}, false};
  if (in.order == AV_CHANNEL_ORDER_UNSPEC) {
    const auto same = std::ranges::find(masks, in.nb_channels, [](Mask mask) { return std::popcount(mask); });
    av_channel_layout_default(&plan.in, in.nb_channels);
    if (same != masks.end()) av_channel_layout_from_mask(&plan.in, *same);
    plan.layout = plan.in;
  }
  if (plan.in.order != AV_CHANNEL_ORDER_NATIVE) return plan;
  const Mask mask = plan.in.u.mask;
  if (masks.empty() || std::ranges::find(masks, mask) != masks.end()) return plan;
  std::optional<Mask> larger, smaller;
  for (const Mask candidate : masks) {
    const int count = std::popcount(candidate);
    for (const Mask own : {mask, swapped(mask)}) {
      if ((own & ~candidate) == 0 && (!larger || count < std::popcount(*larger))) larger = candidate;
      if ((candidate & ~own) == 0 && (!smaller || count > std::popcount(*smaller))) smaller = candidate;
    }
  }
  if (!larger && !smaller) return plan;
  plan.is_mixed = !larger;
  const Mask chosen = larger ? *larger : *smaller;
  if (larger) plan.from = places(chosen, mask);
  av_channel_layout_from_mask(&plan.layout, chosen);
  return plan;
}

}  // namespace sl::av
