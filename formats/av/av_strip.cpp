// Views of AVFrames.

#include "formats/av/av_strip.h"

#include "libcore/media/track.h"

namespace sl::av {

Strip strip_of(const AVFrame& frame, const PixelFormat& format, std::uint32_t width, std::uint32_t rows) {
  Strip strip;
  strip.format = &format;
  strip.width = width;
  strip.rows = rows;
  strip.last = true;
  for (int i = 0; i < format.planes; ++i) {
    strip.planes.at(static_cast<std::size_t>(i)) = {
        reinterpret_cast<std::byte*>(frame.data[i]), static_cast<std::size_t>(frame.linesize[i]),
        static_cast<std::size_t>(plane_width(format, i, width)), plane_rows(format, i, rows)};
  }
  return strip;
}

Strip strip_of(const AVFrame& frame, const Track& track) {
  return strip_of(frame, *track.pixels, track.width, track.height);
}

void copy_to(AVFrame& frame, const Strip& strip) {
  const Strip whole = strip_of(frame, *strip.format, strip.width, static_cast<std::uint32_t>(frame.height));
  copy_rows(strip, part_of(whole, strip.first, strip.rows));
}

}  // namespace sl::av
