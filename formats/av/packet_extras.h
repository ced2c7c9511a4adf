// Facts beside a packet's bytes: samples of sound that a reader leaves out, and additions of Matroska's blocks, such as
// alpha.

#pragma once

#include <string>
#include <vector>

#include "formats/av/av_media.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"

namespace sl::av {

// Return the packet's metadata for FRAME: `trim`, if a reader leaves out some of its samples; else "".
[[nodiscard]] std::string metadata_of(const AVPacket& packet);
// Return attachments for the packet's frame alone. Throw Limit on their size.
[[nodiscard]] std::vector<Attachment> attachments_of(const AVPacket& packet);
// Add both to a packet again.
void add_extras(AVPacket& packet, const Frame& frame, const std::vector<Attachment>& attachments);

// Samples of the decoded packet that are left out at its start and at its end.
struct Trim {
  std::uint32_t start = 0, end = 0;
};
[[nodiscard]] Trim trim_of(const Frame& frame);
// Return the metadata without `trim`, for a decoded frame.
[[nodiscard]] std::string without_trim(const std::string& metadata);

}  // namespace sl::av
