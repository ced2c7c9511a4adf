// Packets of encoders onto the wire, with the facts of the frames that they are made of.

#pragma once

#include <deque>
#include <map>
#include <string>

#include "formats/av/encode/packet_sink.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {
class Writer;
}

namespace sl::av {

class WireSink : public PacketSink {
 public:
  // The writer outlives it.
  WireSink(Writer& out, std::string name);
  ~WireSink() override;

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool holds(AVCodecID) const override { return true; }
  [[nodiscard]] bool wants_global_header() const override { return true; }
  AVStream& add_stream(const Track& track, bool keep_metadata) override;
  void write(AVPacket& packet, AVStream& stream, AVRational time_base) override;

  // Announce the track of the stream that was added last, which an encoder makes of `samples`.
  void announce(std::uint16_t number, const Track& samples);
  // A picture of this track comes: its packet gets the facts of `frame`.
  void expect(std::uint16_t number, const Frame& frame);

 private:
  struct Stream {
    AVStream* stream = nullptr;
    std::uint16_t number = 0;
    Track track;                   // of the packets
    std::deque<Frame> expected{};  // pictures without a packet yet
    std::uint64_t next = 0;        // number of the next packet of sound
  };
  [[nodiscard]] Frame head_of(Stream& stream, const AVPacket& packet, AVRational time_base) const;

  Writer& out_;
  std::string name_;
  AVFormatContext* context_;       // owns the streams; nothing is muxed
  std::map<int, Stream> streams_;  // by index
};

}  // namespace sl::av
