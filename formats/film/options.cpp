// Parsing of film options.

#include "formats/film/options.h"

#include <charconv>

#include "libcore/base/parse.h"

namespace sl {

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
    bad_value(option, text, "is not a number of bits per second, as 800k or 2.5M");
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace sl
