// Packets, pictures or sound.

#include "formats/av/encode/make_film_track.h"

#include "formats/av/encode/audio_encoder.h"
#include "formats/av/encode/packet_track.h"
#include "formats/av/encode/video_encoder.h"

namespace sl::av {

std::unique_ptr<FilmTrack> make_film_track(const FilmSettings& settings, PacketSink& sink, const Track& track,
                                           const std::vector<Attachment>& attached, const Frame* first) {
  if (PacketTrack::is_packets(track)) return std::make_unique<PacketTrack>(settings, sink, track, attached);
  if (track.is_raw_video()) return std::make_unique<VideoEncoder>(settings, sink, track, first);
  if (track.is_raw_audio()) return std::make_unique<AudioEncoder>(settings, sink, track);
  return nullptr;
}

}  // namespace sl::av
