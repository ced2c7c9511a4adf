// Frames turned by any angle.

#pragma once

#include <cstdint>
#include <memory>

#include "libcore/pixels/warper.h"

namespace sl {

enum class RotatedSize : std::uint8_t {
  Grow,    // holds the whole picture
  Keep,    // that of the picture
  Inside,  // the largest of its proportions inside the turned picture
};

// Return the step that turns the upright picture clockwise. Quarter turns are exact (Mover), unless the size says
// otherwise.
[[nodiscard]] std::unique_ptr<GeometryStep> rotator(const Track& from, double degrees, RotatedSize size,
                                                    const Warper::Settings& settings);

// Return the width of stored pixels by their height, 1 if it is unknown.
[[nodiscard]] double pixel_shape(const Track& track);

}  // namespace sl
