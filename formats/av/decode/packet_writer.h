// Packets of one stream onto the wire, unchanged.

#pragma once

#include "formats/av/decode/track_writer.h"

namespace sl::av {

class PacketWriter : public TrackWriter {
 public:
  using TrackWriter::TrackWriter;
  void write(const AVPacket& packet);
};

}  // namespace sl::av
