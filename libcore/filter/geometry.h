// Filters that move pixels: crop, scale, turn.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "libcore/pixels/step.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// Makes the step for a track of raw video. May throw Error.
using MakeGeometry = std::function<std::unique_ptr<GeometryStep>(const Track& from)>;

// Run the step of each track of raw video on its rows, and move what frames say about places in the picture. Everything
// else passes; attachments and metadata that no longer hold are left out, with an EVENT. Throw Data for an interlaced
// frame whose fields would be mixed.
void move_pictures(Reader& in, Writer& out, const MakeGeometry& make);

// Return the stage of a tool: `make` takes the track of the input, and returns a GeometryStep.
template <class Make>
[[nodiscard]] std::function<void(Reader&, Writer&)> geometry(Make make) {
  return [make = std::move(make)](Reader& in, Writer& out) {
    move_pictures(in, out, [&](const Track& from) {
      using Moves = decltype(make(from));
      return std::unique_ptr<GeometryStep>(new Moves(make(from)));
    });
  };
}

}  // namespace sl
