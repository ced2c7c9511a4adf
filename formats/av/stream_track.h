// The track of the wire that a stream of a container becomes, from its header and then from its frames.

#pragma once

#include <string>
#include <vector>

#include "formats/av/av_media.h"

namespace sl::av {

// Everything the header tells of the stream: kind, time base, colour, language, … Raw where it is decoded, otherwise
// compressed (--packets, and everything that is not video or sound). `source` is the input's name; empty to leave it
// out. Throws Data where the header does not tell enough, Limit on sizes.
[[nodiscard]] Track track_of(const AVFormatContext& context, const AVStream& stream, bool decoded,
                             const std::string& source);
// What kind of stream a codec is for; FFmpeg takes fonts for data.
[[nodiscard]] AVMediaType media_type(AVCodecID codec);
// The other way, for a compressed track: with the `extradata` among its attachments, and the `parameters` that track_of
// wrote for what the wire has no names for (a codec tag, the size of a block). Throws Data where the codec is unknown.
struct FreeParameters {
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
};
using ParametersPtr = std::unique_ptr<AVCodecParameters, FreeParameters>;
[[nodiscard]] ParametersPtr parameters_of(const Track& track, const std::vector<Attachment>& attachments,
                                          const std::string& name);
// Takes over what a decoded frame tells better than the header. Throws Data where the frame has no format of the wire.
void update_track(Track& track, const AVFrame& frame);
// Attachments: `extradata` of a compressed track, `icc` of a decoded one.
[[nodiscard]] std::vector<Attachment> attachments_of(const AVStream& stream, bool decoded);

}  // namespace sl::av
