// The options of film and sound.

#include "formats/commands/film_options.h"

#include <charconv>

#include "libcore/base/error.h"
#include "libcore/stage/tool.h"

namespace sl {

void FilmOptions::bind(Tool& tool, const Words& words) {
  tool.option("--codec", codec, "NAME", words.codec);
  tool.option("--crf", crf, "N", words.crf);
  tool.option("--bitrate", bitrate, "N", "bits a second, as 2M; with --crf the most there may be");
  tool.option("--preset", preset, "NAME", words.preset);
  tool.option("--pixels", pixels, "NAME",
              "pixel format to encode, as yuv444p or yuv420p10le; keep: as it came, where the codec can");
  tool.option("--audio-codec", audio_codec, "NAME", words.audio_codec);
  tool.option("--audio-bitrate", audio_bitrate, "N",
              "bits a second, as 96k (by default, for a channel: AAC 80k, Opus 64k, MP3 96k, Vorbis 80k)");
}

bool FilmOptions::encodes() const {
  return !(codec + crf + bitrate + preset + gop + pixels + audio_codec + audio_bitrate).empty();
}

std::int64_t parse_bitrate(std::string_view option, const std::string& text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(stop, static_cast<std::size_t>(text.data() + text.size() - stop));
  if (unit == "k" || unit == "K") value *= 1e3;
  if (unit == "m" || unit == "M") value *= 1e6;
  const bool known = unit.empty() || unit == "k" || unit == "K" || unit == "m" || unit == "M";
  if (error != std::errc() || !known || !(value >= 1 && value <= 1e10)) {
    throw Error(Status::Usage, std::string(option) + ": \"" + printable(text, 40) +
                                   "\" is no number of bits a second, as 800k or 2.5M");
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace sl
