// A rung of a ladder: scaled pictures, encoded.

#pragma once

#include "formats/av/encode/film_track.h"

struct SwsContext;

namespace sl::av {

class ScaledTrack : public FilmTrack {
 public:
  // For raw video. `width` and `height` are of the upright pictures. Throws Data if their format cannot be scaled.
  ScaledTrack(const FilmSettings& settings, PacketSink& sink, const Track& track, const Frame* first,
              std::uint32_t width, std::uint32_t height);
  ~ScaledTrack() override;

  void begin_frame(const Frame& frame) override { encoder_->begin_frame(frame); }
  void rows(const Strip& strip) override;
  void finish() override { encoder_->finish(); }
  [[nodiscard]] bool can_continue_with(const Track& track) const override;
  void start_at(const Track& track, MediaTime start) override { encoder_->start_at(track, start); }
  [[nodiscard]] MediaTime end() const override { return encoder_->end(); }

 private:
  Track track_, scaled_;
  SwsContext* scaler_ = nullptr;
  FramePtr picture_;
  std::unique_ptr<FilmTrack> encoder_;
};

}  // namespace sl::av
