// A track of text in the stream, taken out of it to be drawn.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/media/frame.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/track_choice.h"
#include "subtitle_renderer.h"

namespace sl::subtitles {

class TextTrack {
 public:
  TextTrack(TrackChoice choice, SubtitleRenderer& renderer) : choice_(std::move(choice)), renderer_(renderer) {}

  // Take a record of the chosen track, the first text that the choice includes. Return false for any other record.
  // Throw Data if the track is no text.
  [[nodiscard]] bool take(Reader& in, const wire::Header& record);
  // Before a picture: throw Usage, listing the tracks, if none was chosen.
  void begin(const Reader& in);

 private:
  void choose(const Reader& in, std::uint16_t number);
  void open(const Reader& in);
  void add(const Track& track);

  TrackChoice choice_;
  SubtitleRenderer& renderer_;
  std::optional<std::uint16_t> chosen_;
  bool is_open_ = false;
  Frame frame_;
  std::string gathered_;
};

}  // namespace sl::subtitles
