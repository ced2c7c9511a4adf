// Whether a container ends before it should. Many of FFmpeg's demuxers end quietly wherever the bytes end.

#pragma once

#include <optional>
#include <string>

#include "formats/av/av_media.h"
#include "formats/av/read/ogg_ends.h"
#include "formats/av/read/source_io.h"

namespace sl::av {

class Truncation {
 public:
  // Watch the bytes of an Ogg file that `io` reads. `source` and `io` must outlive this.
  Truncation(Source& source, SourceIo& io, const AVInputFormat& format);
  Truncation(const Truncation&) = delete;
  Truncation& operator=(const Truncation&) = delete;

  // Describe the missing part, after all packets were read. A source of unknown size is read to its end.
  [[nodiscard]] std::optional<std::string> find(AVFormatContext& context);

 private:
  std::int64_t measure(AVIOContext& io, std::int64_t promised);

  Source& source_;
  SourceIo& io_;
  OggEnds ogg_;
};

}  // namespace sl::av
