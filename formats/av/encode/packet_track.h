// Packets of a compressed track, as they came, into another container.

#pragma once

#include <vector>

#include "formats/av/encode/film_track.h"

namespace sl::av {

class PacketTrack : public FilmTrack {
 public:
  // Adds a stream to the muxer, whose header is still to be written. Throws Data where the container cannot hold this
  // codec.
  PacketTrack(const FilmSettings& settings, PacketSink& muxer, const Track& track,
              const std::vector<Attachment>& attached);

  // Whether this is a codec that FFmpeg has a name for, and so may stand in a container at all.
  [[nodiscard]] static bool is_packets(const Track& track);
  // Whether the container takes a track of packets.
  [[nodiscard]] static bool fits(const PacketSink& muxer, const Track& track);

  void begin_frame(const Frame& frame) override;
  void bytes(std::span<std::byte> piece, bool last) override;
  void finish() override;
  [[nodiscard]] bool goes_on_with(const Track& track) const override;
  void start_at(const Track& track, MediaTime start) override;
  [[nodiscard]] MediaTime end() const override;

 private:
  void set_parameters(const std::vector<Attachment>& attached);
  PacketPtr gathered_packet();
  void write_held();

  PacketSink& muxer_;
  Track track_;
  AVRational time_base_;
  AVStream* stream_;
  Frame frame_;
  std::vector<std::byte> gathered_;
  // Without a time of decoding, which some containers leave out at the start, until one that has it shows what theirs
  // are.
  std::vector<PacketPtr> held_;
  std::int64_t shift_ = 0, end_ = 0;
};

}  // namespace sl::av
