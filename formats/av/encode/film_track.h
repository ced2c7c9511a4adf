// One track of the wire on its way into a container.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "formats/av/encode/encoder.h"
#include "formats/av/encode/encoder_options.h"
#include "formats/av/encode/muxer.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

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

// The track that encodes or packs this one into the sink; null where it is neither raw nor of a codec that FFmpeg
// knows. `first`: its first frame, where that is known.
[[nodiscard]] std::unique_ptr<FilmTrack> make_film_track(const FilmSettings& settings, PacketSink& sink,
                                                         const Track& track, const std::vector<Attachment>& attached,
                                                         const Frame* first);

// Gives the rows of the current record to the track, without a copy where that can be.
void take_rows(Reader& in, FilmTrack& track);

// Takes every packet that the encoder has; `prepare` sees each before it is written.
template <class Prepare>
void drain(Encoder& encoder, AVPacket& packet, AVStream& stream, PacketSink& muxer, Prepare prepare) {
  while (encoder.receive(packet, muxer.name())) {
    prepare(packet);
    muxer.write(packet, stream, encoder->time_base);
  }
}

}  // namespace sl::av
