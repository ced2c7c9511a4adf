// Text subtitles in the container's form: SubRip, WebVTT or MP4's own, from these and ASS.

#pragma once

#include <optional>
#include <vector>

#include "formats/av/encode/film_track.h"
#include "libcore/media/attachment.h"

namespace sl::av {

class TextTrack : public FilmTrack {
 public:
  // Throw Data if the codec's header is damaged, Resources.
  TextTrack(const FilmSettings& settings, Muxer& muxer, const Track& track, const std::vector<Attachment>& attached);

  // Return the form of this track's text in the container; nothing if it is no text, or has no form there.
  [[nodiscard]] static std::optional<AVCodecID> form_in(const Muxer& muxer, const Track& track);

  void begin_frame(const Frame& frame) override;
  void bytes(std::span<std::byte> piece, bool last) override;
  void finish() override {}
  [[nodiscard]] bool can_continue_with(const Track& track) const override;
  void start_at(const Track& track, MediaTime start) override;
  [[nodiscard]] MediaTime end() const override { return {end_, time_base_}; }

 private:
  void convert();

  Muxer& muxer_;
  Track track_;
  AVRational time_base_;
  AVStream* stream_;
  CodecPtr from_, to_;
  Frame frame_;
  std::vector<std::byte> gathered_;
  std::int64_t shift_ = 0, end_ = 0;
};

}  // namespace sl::av
