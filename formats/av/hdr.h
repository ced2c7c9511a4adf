// Mastering display and content light level (SMPTE ST 2086, CTA-861.3): the `hdr` member of a track, FFmpeg's side
// data, and parameters of encoders.

#pragma once

#include <string>
#include <string_view>

#include "formats/av/av_media.h"
#include "libcore/base/json_fwd.h"

namespace sl::av {

// Return the member `hdr`: chromaticities and luminances as [num, den]. Null if absent.
[[nodiscard]] Json hdr_of(const AVStream& stream);
[[nodiscard]] Json hdr_of(const AVFrame& frame);

// Set the side data of a stream that is written from the track's `hdr`.
void set_hdr(AVStream& stream, const Track& track);

// An encoder that writes the track's `hdr` into its stream: the option that holds its parameters, and the parameters,
// "key=value:key=value". Both are empty if the track has none or the encoder takes none.
struct HdrParameters {
  std::string_view option;
  std::string text;
};
[[nodiscard]] HdrParameters hdr_parameters(const Track& track, std::string_view encoder);

}  // namespace sl::av
