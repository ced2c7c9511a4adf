// One stream's packets to frames.

#pragma once

#include <functional>
#include <string>

#include "formats/av/av_media.h"

namespace sl::av {

struct DecoderSettings {
  int threads = 0;            // 0: one a core
  bool low_delay = false;     // no frames in flight: for single frames
  bool salvage = false;       // damage is marked and counted instead of thrown
  bool counts_sound = false;  // the container's times of sound mean nothing: samples follow one another
  bool alpha = false;         // packets of VP8 or VP9 carry a second stream for it
};

class StreamDecoder {
 public:
  using Emit = std::function<void(AVFrame& frame, bool damaged)>;

  // `name` is the input's. Throw Data, naming the codec, if it has no decoder.
  StreamDecoder(const AVCodecParameters& codec, Rational time_base, std::string name, const DecoderSettings& settings);

  // Decode a packet (null: the end of the stream) and emit complete frames in display order, each with its pts. An
  // empty packet has no frame. Throw Data on damage, naming the place.
  void decode(const AVPacket* packet, const Emit& emit);
  // The stream may begin inside a packet of sound: its first packet may fail.
  void allow_partial_start() { partial_start_ = context_->codec_type == AVMEDIA_TYPE_AUDIO; }
  // Forget all state: after seeking, or to continue after the end.
  void flush();
  [[nodiscard]] std::uint64_t damages() const { return damages_; }
  [[nodiscard]] AVCodecContext& context() { return *context_; }

 private:
  void damage(const AVPacket* packet, const std::string& what);
  bool send(const AVPacket* packet, const Emit& emit);
  bool receive(const Emit& emit);
  void place(AVFrame& frame);
  void place_sound(AVFrame& frame);

  CodecPtr context_;
  FramePtr frame_ = new_frame();
  Rational time_base_;
  std::string name_;
  bool counts_sound_, salvage_, damaged_ = false;  // the next frame is
  std::uint64_t damages_ = 0, frames_ = 0, concealments_ = 0;
  bool partial_start_ = false;
  std::int64_t end_ = no_time;  // of the last picture
  // Sound: `samples_` of `rate_` have come since the time `anchor_`; `longest_`: the most in one frame.
  std::int64_t anchor_ = no_time, samples_ = 0, longest_ = 0;
  int rate_ = 0;
};

}  // namespace sl::av
