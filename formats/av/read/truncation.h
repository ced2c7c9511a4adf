// Whether a container ends before it should. Many of FFmpeg's demuxers end quietly wherever the bytes end.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "formats/av/av_media.h"
#include "formats/av/read/source_io.h"

namespace sl::av {

class Truncation {
 public:
  // `source` and `io` must outlive this.
  Truncation(Source& source, SourceIo& io) : source_(source), io_(io) {}
  Truncation(const Truncation&) = delete;
  Truncation& operator=(const Truncation&) = delete;

  // Take note of a packet that was read.
  void see(const AVPacket& packet);
  // Describe the missing part, after all packets were read. A source of unknown size is read to its end.
  [[nodiscard]] std::optional<std::string> find(AVFormatContext& context);

 private:
  std::int64_t measure(AVIOContext& io, std::int64_t promised);

  Source& source_;
  SourceIo& io_;
  std::int64_t position_ = 0;         // of the last packet: a transport stream may begin inside one
  std::map<int, std::int64_t> ends_;  // of the streams' packets, in their time bases
};

}  // namespace sl::av
