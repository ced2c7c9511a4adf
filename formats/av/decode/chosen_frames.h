// The chosen frames of a film, in the order of the choice.

#pragma once

#include <optional>

#include "formats/av/decode/film.h"
#include "formats/av/read/frame_index.h"

namespace sl::av {

// An index of the film's packets from an earlier run, opened before the sandbox, and the film's version.
struct GivenIndex {
  std::optional<Source> file;
  SourceVersion film;
};

// Throw Usage if the film has no such frames or times.
void decode_chosen(Film& film, const DecodeSettings& settings, GivenIndex& index);

// Decode 20 frames spread over 10 to 60 % of the film, from key frames where these are near. Return false, with nothing
// written, if the film has no pictures, no known length, or cannot seek.
bool decode_preview(Film& film);

}  // namespace sl::av
