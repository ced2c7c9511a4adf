// Rows of raw video to packets: turned upright, converted, gathered into frames, encoded.

#pragma once

#include <map>
#include <optional>

#include "formats/av/encode/film_track.h"
#include "formats/av/encode/frame_pool.h"
#include "formats/av/encode/pixel_choice.h"
#include "libcore/pixels/step.h"

namespace sl::av {

class VideoEncoder : public FilmTrack {
 public:
  // Add a stream to the muxer, before its header is written. `first` is the film's first frame, if it belongs to this
  // track: its duration gives the rate if nothing else does.
  VideoEncoder(const FilmSettings& settings, PacketSink& muxer, const Track& track, const Frame* first);

  void begin_frame(const Frame& frame) override;
  [[nodiscard]] std::optional<Strip> room_for(const wire::RowsPrefix& rows) override;
  void rows(const Strip& strip) override;
  void finish() override;
  [[nodiscard]] bool can_continue_with(const Track& track) const override;
  void start_at(const Track& track, MediaTime start) override;
  bool change_to(const Track& track) override;
  [[nodiscard]] MediaTime end() const override;

 private:
  [[nodiscard]] Chain first_steps(const Track& track) const;
  void report_loss(const FilmSettings& settings) const;
  void plan_times(const FilmSettings& settings, const Frame* first);
  void set_size();
  void set_picture();
  void open(const FilmSettings& settings);
  void describe_stream(const FilmSettings& settings);
  // Set the frame's time in the encoder's ticks, after the previous frame's; false: leave the frame out.
  bool place(const Frame& frame);
  void store(const Strip& strip);
  void encode(AVFrame* frame);

  PacketSink& muxer_;
  const AVCodec& codec_;
  std::string_view extension_;  // of the container
  Track track_;
  bool turns_;
  std::array<float, 3> background_;
  Chain steps_;  // upright, and converted for the codec
  Track upright_;
  PixelChoice pixels_;
  std::optional<FramePool> pool_;
  Encoder encoder_;
  PacketPtr packet_;
  AVStream* stream_ = nullptr;

  AVRational time_base_{1, 1}, rate_{25, 1};
  bool grid_ = false, known_rate_ = false;
  bool last_is_longer_ = false;             // than the grid's step
  std::int64_t shift_ = 0, own_shift_ = 0;  // of time_base_, and of the track's
  std::optional<std::int64_t> phase_;       // of the grid, in the track's ticks
  std::int64_t last_ = AV_NOPTS_VALUE, end_ = 0;
  std::map<std::int64_t, std::int64_t> durations_;  // by time, of the frames inside the encoder
  FramePtr frame_;
  bool open_ = false;  // a frame is being gathered
  std::uint64_t left_out_ = 0, moved_ = 0, damaged_ = 0;
  bool frame_damaged_ = false;
  std::function<bool(std::int64_t, AVRational)> key_frame_;
};

}  // namespace sl::av
