// A rung of a ladder: scaled pictures, encoded.

#pragma once

#include <memory>
#include <string>

#include "formats/av/encode/film_track.h"
#include "libcore/base/size_text.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/pixels/resample.h"

namespace sl::av {

class ScaledTrack : public FilmTrack {
 public:
  // For raw video. `size` is of the upright pictures. Throws Data for interlaced ones.
  ScaledTrack(const FilmSettings& settings, PacketSink& sink, const Track& track, const Frame* first, const Size& size);

  void begin_frame(const Frame& frame) override;
  void rows(const Strip& strip) override;
  void finish() override { encoder_->finish(); }
  [[nodiscard]] bool can_continue_with(const Track& track) const override;
  void start_at(const Track& track, MediaTime start) override { encoder_->start_at(track, start); }
  [[nodiscard]] MediaTime end() const override { return encoder_->end(); }

 private:
  std::string name_;
  Track track_;
  Resampler scaler_;
  std::unique_ptr<FilmTrack> encoder_;
};

}  // namespace sl::av
