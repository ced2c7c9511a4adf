// Containers of chunks: a name, a size and a body, in a form that has a size of its own.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

using Made = std::unique_ptr<Structure>;

// RIFF, RIFX and RF64 (Multimedia Programming Interface 1.0; EBU Tech 3306): WAV, AVI. FORM (EA IFF 85): AIFF, 8SVX.
[[nodiscard]] Made riff(std::span<const std::byte> head);
// Core Audio Format 1.0.
[[nodiscard]] Made caf(std::span<const std::byte> head);
// Sony Wave64.
[[nodiscard]] Made wave64(std::span<const std::byte> head);
// DSDIFF 1.5.
[[nodiscard]] Made dsdiff(std::span<const std::byte> head);

}  // namespace sl::structure
