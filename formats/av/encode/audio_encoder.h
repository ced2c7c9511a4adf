// Raw sound to packets: converted, cut into the codec's frames, timed by counting samples.

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "formats/av/encode/channel_plan.h"
#include "formats/av/encode/film_track.h"
#include "libcore/sound/sample_loss.h"

struct SwrContext;
struct AVAudioFifo;

namespace sl::av {

class AudioEncoder : public FilmTrack {
 public:
  // Add a stream to the muxer, before its header is written.
  AudioEncoder(const FilmSettings& settings, PacketSink& muxer, const Track& track);
  ~AudioEncoder() override;

  void begin_frame(const Frame& frame) override;
  void bytes(std::span<std::byte> piece, bool last) override;
  void finish() override;
  [[nodiscard]] bool can_continue_with(const Track& track) const override;
  void start_at(const Track& track, MediaTime start) override;
  [[nodiscard]] MediaTime end() const override;

 private:
  void choose_format();
  void open(const FilmSettings& settings);
  void fill(std::int64_t samples);
  void prepare_layout(const FilmSettings& settings);
  void prepare_loss();
  void convert(const std::byte* bytes, std::int64_t samples);
  const std::byte* in_plan(const std::byte* bytes, std::int64_t samples);
  void round_to_depth(const AVFrame& frame, int count) const;
  void send_frames(bool all);
  void encode(AVFrame* frame);

  PacketSink& muxer_;
  const AVCodec& codec_;
  Track track_;
  AVSampleFormat in_format_;
  std::size_t sample_bytes_;  // of all channels
  AVChannelLayout in_layout_{};
  ChannelPlan plan_;
  std::vector<std::byte> planned_;
  std::optional<SampleLoss> loss_;
  int depth_ = 0;  // bits of the integers to encode; 0: floats
  Encoder encoder_;
  PacketPtr packet_;
  AVStream* stream_ = nullptr;
  // Sound that begins later begins with silence from 0 on, up to so many samples.
  std::int64_t max_lead_ = 0;
  SwrContext* converter_ = nullptr;
  AVAudioFifo* fifo_ = nullptr;

  bool begun_ = false;
  std::int64_t next_ = 0;   // the next sample, counted at the input's rate from time 0
  std::int64_t shift_ = 0;  // of a later stream
  std::int64_t skip_ = 0;   // samples of the input to cut
  std::int64_t sent_ = 0;   // time of the next frame, in the encoder's samples
  std::int64_t filled_ = 0, cut_ = 0;
};

}  // namespace sl::av
