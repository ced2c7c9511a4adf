// Containers of film and sound that sl-encode writes, by suffix. Without FFmpeg, so that sl-encode can choose its
// helper without linking it.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sl {

struct FilmContainer {
  std::string_view extension;  // without the dot
  std::string_view muxer;      // FFmpeg's name
  // Default codecs; empty if the container holds no track of that kind.
  std::string_view video, audio;
  enum class Times : std::uint8_t {
    Any,   // each frame has a time
    Grid,  // frames come at a constant rate: times are moved to it
  };
  Times times = Times::Any;
  bool fragmented = false;   // MP4 and the like: written in fragments if the output cannot seek
  bool orientation = false;  // holds a display matrix
  bool alpha = false;        // can mark alpha in a second picture (VP9)
};

[[nodiscard]] std::span<const FilmContainer> film_containers();
[[nodiscard]] const FilmContainer* find_film_container(std::string_view extension);  // in lower case; null: none

}  // namespace sl
