// The frames that were asked for, in the order they were asked for.

#pragma once

#include "formats/av/film.h"

namespace sl::av {

// Throws Usage where there are no such frames or times.
void decode_chosen(Film& film, const DecodeCommand& command);

}  // namespace sl::av
