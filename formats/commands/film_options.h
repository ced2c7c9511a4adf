// The options of film and sound that sl-encode and sl-hls share.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sl {

class Tool;

// Options of film and sound, as they were given; empty: not given.
struct FilmOptions {
  std::string codec, crf, bitrate, preset, gop, pixels, audio_codec, audio_bitrate;
  std::vector<std::string> others;  // KEY=VALUE

  // What the help says where the usual value is the tool's own.
  struct Words {
    const char *codec, *crf, *preset, *audio_codec;
  };
  // Adds the options, but for --gop and --option, of which not every tool leaves as much to people.
  void bind(Tool& tool, const Words& words);
  // Whether any says how to encode: then compressed tracks are decoded first.
  [[nodiscard]] bool encodes() const;
};

// "2M", "500k", "128000": bits a second, K and M of 1000. Throws Usage.
[[nodiscard]] std::int64_t parse_bitrate(std::string_view option, const std::string& text);

}  // namespace sl
