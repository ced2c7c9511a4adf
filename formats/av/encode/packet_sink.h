// Receives packets of encoders and packed tracks: a container's muxer, or a segmenter before it.

#pragma once

#include <string>

#include "formats/av/av_media.h"

namespace sl::av {

class PacketSink {
 public:
  virtual ~PacketSink() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual bool holds(AVCodecID codec) const = 0;
  [[nodiscard]] virtual bool wants_global_header() const = 0;
  // Add a stream with the track's language, title, disposition and other metadata. The caller sets `codecpar` and the
  // times.
  virtual AVStream& add_stream(const Track& track, bool keep_metadata) = 0;
  // Write a packet, and take its data. Its times are in `time_base`.
  virtual void write(AVPacket& packet, AVStream& stream, AVRational time_base) = 0;
};

}  // namespace sl::av
