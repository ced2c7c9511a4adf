// One track of the wire on its way into a container.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

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
  bool orient = true;                                // turn upright if the container has no orientation
  std::optional<std::array<float, 3>> background{};  // by default white, with a report
  bool keep_metadata = true;
  // Whether a picture at this time must be a key frame, called once for each in their order; empty: the encoder
  // decides.
  std::function<bool(std::int64_t ticks, AVRational base)> key_frame{};
  std::int64_t max_lead = 0;  // seconds: sound that begins up to so late begins with silence from 0 on
  double key_distance = 0;    // seconds between them, for encoders that ignore requests
};

struct MediaTime {
  std::int64_t ticks = 0;
  AVRational base{1, 1};
};

class FilmTrack {
 public:
  virtual ~FilmTrack() = default;
  virtual void begin_frame(const Frame& frame) = 0;
  // Of packets: attachments of the frame that begins next.
  virtual void attach(const std::vector<Attachment>&) {}
  // Of raw video. room_for: memory to read rows of the open frame into before passing them to `rows`; nothing if they
  // would be converted.
  [[nodiscard]] virtual std::optional<Strip> room_for(const wire::RowsPrefix&) { return std::nullopt; }
  virtual void rows(const Strip&) {}
  // Of all other tracks.
  virtual void bytes(std::span<std::byte>, bool /*last*/) {}
  // End: write the packets left in the encoder.
  virtual void finish() = 0;
  // Whether frames of `track` can follow the frames so far; a later stream of the input begins at `start`.
  [[nodiscard]] virtual bool can_continue_with(const Track& track) const = 0;
  virtual void start_at(const Track& track, MediaTime start) = 0;
  // Take frames of `track` from now on, converted if that is needed. False if they cannot follow the frames so far.
  virtual bool change_to(const Track& track) { return can_continue_with(track); }
  // The end of the last frame so far.
  [[nodiscard]] virtual MediaTime end() const = 0;
};

// Pass the rows of the current record to the track, without a copy if possible.
void take_rows(Reader& in, FilmTrack& track);

// Write all packets that the encoder has ready, after `prepare`.
template <class Prepare>
void drain(Encoder& encoder, AVPacket& packet, AVStream& stream, PacketSink& muxer, Prepare prepare) {
  while (encoder.receive(packet, muxer.name())) {
    prepare(packet);
    muxer.write(packet, stream, encoder->time_base);
  }
}

}  // namespace sl::av
