// How to encode film and sound, as a user writes it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sl {

// Options as given; empty: not given.
struct FilmOptions {
  std::string codec, crf, bitrate, preset, gop, pixels, audio_codec, audio_bitrate;
  std::vector<std::string> others;  // KEY=VALUE

  // Whether any option requests encoding: then compressed tracks are decoded first.
  [[nodiscard]] bool encodes() const;
};

// Parse "2M", "500k", "128000": bits per second, K and M of 1000. Throw Usage, naming the option.
[[nodiscard]] std::int64_t parse_bitrate(std::string_view option, const std::string& text);

}  // namespace sl
