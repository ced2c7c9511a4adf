// Packets of a compressed track, unchanged, into another container.

#pragma once

#include <vector>

#include "formats/av/encode/film_track.h"
#include "libcore/media/attachment.h"

namespace sl::av {

class PacketTrack : public FilmTrack {
 public:
  // Add a stream to the muxer, before its header is written. Throw Data if the container cannot hold this codec.
  PacketTrack(const FilmSettings& settings, PacketSink& muxer, const Track& track,
              const std::vector<Attachment>& attached);

  // Whether FFmpeg knows the codec, so that a container may hold it.
  [[nodiscard]] static bool is_packets(const Track& track);
  // Whether the container takes this track of packets.
  [[nodiscard]] static bool fits(const PacketSink& muxer, const Track& track);

  void attach(const std::vector<Attachment>& attached) override;
  void begin_frame(const Frame& frame) override;
  void bytes(std::span<std::byte> piece, bool last) override;
  void finish() override;
  [[nodiscard]] bool can_continue_with(const Track& track) const override;
  void start_at(const Track& track, MediaTime start) override;
  [[nodiscard]] MediaTime end() const override;

 private:
  void set_parameters(const FilmSettings& settings, const std::vector<Attachment>& attached);
  PacketPtr gathered_packet();
  void write_held();
  void report_untrimmed() const;

  PacketSink& muxer_;
  Track track_;
  AVRational time_base_;
  AVStream* stream_;
  Frame frame_;
  std::vector<Attachment> attached_;
  std::vector<std::byte> gathered_;
  // Packets without a time of decoding, which some containers omit at the start, until a packet that has one.
  std::vector<PacketPtr> held_;
  std::int64_t shift_ = 0, end_ = 0;
  std::uint64_t hidden_ = 0;
  std::uint64_t trimmed_start_ = 0, trimmed_end_ = 0;  // samples
  std::string extension_, muxer_name_;                 // of the container
  bool hides_frames_ = false;                          // it can
};

}  // namespace sl::av
