// Facts of a whole film as attachments of the stream: its tags, chapters and covers.

#pragma once

#include <string>
#include <vector>

#include "formats/av/av_media.h"
#include "libcore/media/attachment.h"

namespace sl::av {

// Return whether the stream is a cover, not a film.
[[nodiscard]] bool is_cover(const AVStream& stream);
// Return the tags, without the container's own notes. Throw Limit on their size.
[[nodiscard]] std::vector<Attachment> tags_of_film(const AVFormatContext& context, const std::string& name);
// Return chapters and covers, at most as many as the wire allows.
[[nodiscard]] std::vector<Attachment> parts_of_film(const AVFormatContext& context, const std::string& name);

}  // namespace sl::av
