// One track of the wire on its way into a container.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "formats/av/encode/encoder_options.h"
#include "formats/av/encode/muxer.h"

namespace sl::av {

struct FilmSettings {
  const FilmContainer& container;
  const EncoderOptions& options;
  bool orient = true;  // turn upright where the container cannot tell how
  std::array<float, 3> background{};
  bool keep_metadata = true;
  // Whether a picture at this time has to be a key frame, asked once for each in their order; empty: as the encoder
  // likes.
  std::function<bool(std::int64_t ticks, AVRational base)> key_frame{};
  double key_distance = 0;  // seconds between those, for encoders that do not listen
};

struct MediaTime {
  std::int64_t ticks = 0;
  AVRational base{1, 1};
};

class FilmTrack {
 public:
  virtual ~FilmTrack() = default;
  virtual void begin_frame(const Frame& frame) = 0;
  // Of raw video. room_for: where in its own memory rows of the open frame may be read to before they are given;
  // nothing where they are not kept as they are.
  [[nodiscard]] virtual std::optional<Strip> room_for(const wire::RowsPrefix&) { return std::nullopt; }
  virtual void rows(const Strip&) {}
  // Of everything else.
  virtual void bytes(std::span<std::byte>, bool /*last*/) {}
  // No more frames: what the encoder holds goes out.
  virtual void finish() = 0;
  // Whether frames of this track can go on where those of the one this was made for ended; a later stream of the input
  // begins at `start`.
  [[nodiscard]] virtual bool goes_on_with(const Track& track) const = 0;
  virtual void start_at(const Track& track, MediaTime start) = 0;
  // After the last frame so far.
  [[nodiscard]] virtual MediaTime end() const = 0;
};

// Gives the rows of the current record to the track, without a copy where that can be.
void take_rows(Reader& in, FilmTrack& track);

// Takes every packet that the encoder has; `prepare` sees each before it is written.
template <class Prepare>
void drain(AVCodecContext& context, AVPacket& packet, AVStream& stream, PacketSink& muxer, Prepare prepare) {
  while (true) {
    const int code = avcodec_receive_packet(&context, &packet);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    if (code < 0) throw av_failure(code, muxer.name(), context.codec->name);
    prepare(packet);
    muxer.write(packet, stream, context.time_base);
  }
}

}  // namespace sl::av
