// Pictures in AVFrames as strips of the wire: views of their planes, and copies into them.

#pragma once

#include "formats/av/av_media.h"
#include "libcore/media/strip.h"

namespace sl::av {

// View the whole picture. Its planes must have the samples of the wire's format and run from top to bottom; the frame
// may be larger than the picture.
[[nodiscard]] Strip strip_of(const AVFrame& frame, const PixelFormat& format, std::uint32_t width, std::uint32_t rows);
[[nodiscard]] Strip strip_of(const AVFrame& frame, const Track& track);
// Copy a strip to its rows of the frame, whose samples are the strip's.
void copy_to(AVFrame& frame, const Strip& strip);

}  // namespace sl::av
