// How the speakers of sound get into a codec and a container that name only some layouts.

#pragma once

#include <string_view>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace sl::av {

struct ChannelPlan {
  AVChannelLayout in{};      // the input's, with speakers if they are known or usual
  AVChannelLayout layout{};  // to encode; both without memory of their own
  // For each channel to encode the channel of the input, or -1 for silence. Empty: the input's channels in their order,
  // or mixed if `is_mixed`.
  std::vector<int> from;
  bool is_mixed = false;  // by the standard matrix: the codec has no layout that holds all speakers
};

// Plan for sound of this layout. A side pair and a back pair of speakers count as the same if the sound has one of
// them. In this order: the same layout, the smallest one that holds all speakers, the largest one of these speakers
// alone, and for other layouts the layout itself. Channels without speakers get those that are usual for their number.
[[nodiscard]] ChannelPlan plan_channels(const AVCodec& codec, std::string_view muxer, const AVChannelLayout& in);

}  // namespace sl::av
