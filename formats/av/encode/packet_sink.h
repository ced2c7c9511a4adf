// Where encoders and packed tracks put their packets: a container's muxer, or what cuts them into segments first.

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
  // A stream that tells what the track tells: language, title, disposition, other metadata. What is in `codecpar` and
  // the times are the caller's to set.
  virtual AVStream& add_stream(const Track& track, bool keep_metadata) = 0;
  // Takes the packet's data. Its times are in `time_base`.
  virtual void write(AVPacket& packet, AVStream& stream, AVRational time_base) = 0;
};

}  // namespace sl::av
