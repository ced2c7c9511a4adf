// Raw tracks of a stream to packets, with a loss that is hardly seen: sl-pack visual.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "formats/av/encode/encoder_options.h"
#include "formats/av/encode/film_track.h"
#include "formats/av/encode/wire_sink.h"

namespace sl::av {

struct VisualSettings {
  bool flatten = false;
  std::string crf, bitrate;  // as given; empty: not given
  std::optional<std::array<float, 3>> background{};
  int threads = 0;
};

class VisualPacker {
 public:
  // All references outlive it.
  VisualPacker(const VisualSettings& settings, Reader& in, Writer& out);
  ~VisualPacker();

  // Pack all streams of the input.
  void run();

 private:
  struct Part {
    Track track;
    std::unique_ptr<EncoderOptions> options;
    std::unique_ptr<FilmTrack> encoder;  // none until the first frame of the stream
  };
  void announce(std::uint16_t number);
  // Announce the tracks that wait for the end of the header.
  void open_all(std::uint16_t first);
  void open(std::uint16_t number, Part& part, bool is_first);
  void check(std::uint16_t number, const Track& track) const;
  [[nodiscard]] std::unique_ptr<EncoderOptions> options_for(const Track& track, const Frame* first) const;
  void begin_frame(std::uint16_t number);
  void take_samples(const wire::Header& record);
  void finish();

  const VisualSettings& settings_;
  Reader& in_;
  Writer& out_;
  std::optional<WireSink> sink_;  // of this stream
  std::map<std::uint16_t, Part> parts_;
};

}  // namespace sl::av
