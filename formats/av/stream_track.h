// A container's stream as a track of the wire: from its header, then from its frames.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/av/av_media.h"
#include "libcore/media/attachment.h"
#include "libcore/media/track.h"

namespace sl::av {

// Return all that the header says of the stream: kind, time base, colour, language, … Raw if it is decoded, otherwise
// compressed (--packets, and everything that is not video or sound). `source` is the input's name; empty to leave it
// out. Throw Data if the header says too little, Limit on sizes.
[[nodiscard]] Track track_of(const AVFormatContext& context, const AVStream& stream, bool decoded,
                             const std::string& source);
// Return the track of packets that an encoder makes of the track `samples`, with everything else that is said of it.
// `stream` has the encoder's parameters; of sound its time base too.
[[nodiscard]] Track packets_track(const Track& samples, const AVStream& stream);
// Whether a tag is the container's note about itself: its brands, its writer.
[[nodiscard]] bool is_own_note(std::string_view key);
// Whether the container keeps the tags of the whole film with its streams.
[[nodiscard]] bool has_tags_in_streams(const AVFormatContext& context);
// Whether the stream, or a packet, is encrypted: a key would be needed (ISO/IEC 23001-7, Matroska's ContentEncryption).
[[nodiscard]] bool is_encrypted(const AVStream& stream);
[[nodiscard]] bool is_encrypted(const AVPacket& packet);
[[nodiscard]] Fields fields_of(AVFieldOrder order);
[[nodiscard]] AVFieldOrder field_order(Fields fields, AVCodecID codec);
// Return whether the packets of VP8 or VP9 carry their alpha as block additions. Of a compressed track it is the member
// `alpha`.
[[nodiscard]] bool has_alpha_stream(const AVStream& stream);
[[nodiscard]] bool has_alpha_stream(const Track& track);
// Return the kind of stream of a codec; FFmpeg takes fonts for data.
[[nodiscard]] AVMediaType media_type(AVCodecID codec);
// The inverse, for a compressed track: with the `extradata` of its attachments, and the `parameters` in which track_of
// keeps facts that the wire has no names for (a codec tag, the size of a block). Throw Data if the codec is unknown.
struct FreeParameters {
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
};
using ParametersPtr = std::unique_ptr<AVCodecParameters, FreeParameters>;
[[nodiscard]] ParametersPtr parameters_of(const Track& track, const std::vector<Attachment>& attachments,
                                          const std::string& name);
// Return FFmpeg's name of a layout, from which it is read again, or an empty text for channels without speakers.
[[nodiscard]] std::string layout_name(const AVChannelLayout& layout);
// Return the bits of decoded sound for Track::bits.
[[nodiscard]] int sample_bits(const AVCodecParameters& codec);
// Correct the track by a decoded frame, which knows more than the header. Throw Data if the frame has no format of the
// wire.
void update_track(Track& track, const AVFrame& frame);
// Return `extradata` of a compressed track, `icc` of a decoded one.
[[nodiscard]] std::vector<Attachment> attachments_of(const AVStream& stream, bool decoded);

}  // namespace sl::av
