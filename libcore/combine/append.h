// Pictures of several inputs side by side, or one below another.

#pragma once

#include "libcore/base/color_text.h"
#include "libcore/base/gravity.h"
#include "libcore/stage/inputs.h"
#include "libcore/wire/writer.h"

namespace sl {

struct AppendSettings {
  bool column = false;                // below one another, not side by side
  Gravity gravity = Gravity::Center;  // where smaller pictures lie across the row or column
  Rgba color{};                       // around these
  std::uint32_t space = 0;            // pixels between two pictures
};

// Put the nth pictures of all inputs together, upright, up to the end of the shortest film. A still stays for all of
// it. Times, metadata and attachments are those of the first film, or else of the first input, whose other tracks pass.
// Pictures of different formats become those of common_track(). Two pictures of each input and the new one are in
// memory. Throw Data if an input has no pictures, or their colours cannot be brought together.
void append(Inputs& inputs, Writer& out, const AppendSettings& settings);

}  // namespace sl
