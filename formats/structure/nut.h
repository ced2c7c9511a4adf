// NUT (the specification in FFmpeg's and MPlayer's repositories, nut.txt).

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

[[nodiscard]] std::unique_ptr<Structure> nut(std::span<const std::byte> head);

}  // namespace sl::structure
