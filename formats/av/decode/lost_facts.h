// What a container or its frames say that does not reach the wire, to be reported.

#pragma once

#include <string>
#include <vector>

#include "formats/av/av_media.h"

namespace sl::av {

// Return names of the facts of a stream, or of one of its frames, that the wire has no place for, as "closed captions".
[[nodiscard]] std::vector<std::string> lost_facts(const AVStream& stream);
[[nodiscard]] std::vector<std::string> lost_facts(const AVStream& stream, const AVFrame& frame);
// Return descriptions, as "stream 2, subtitles (subrip, eng)", of the streams that are not chosen; without covers,
// timecodes, chapters and other streams that are read as facts of the film. Many streams are counted in the last one.
[[nodiscard]] std::vector<std::string> streams_not_chosen(const AVFormatContext& context,
                                                          const std::vector<int>& chosen);

}  // namespace sl::av
