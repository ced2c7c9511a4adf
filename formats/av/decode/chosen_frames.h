// The frames that were asked for, in the order they were asked for.

#pragma once

#include <optional>

#include "formats/av/decode/film.h"
#include "formats/av/read/frame_index.h"

namespace sl::av {

// An index of the film's packets that was written before, opened before the sandbox; and what the film was then.
struct GivenIndex {
  std::optional<Source> file;
  SourceVersion film;
};

// Throws Usage where there are no such frames or times.
void decode_chosen(Film& film, const DecodeSettings& settings, GivenIndex& index);

}  // namespace sl::av
