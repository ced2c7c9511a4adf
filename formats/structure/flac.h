// FLAC (RFC 9639): blocks of metadata, then frames without a length.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

[[nodiscard]] std::unique_ptr<Structure> flac(std::span<const std::byte> head);
// Return whether a stream begins here: its marker and STREAMINFO.
[[nodiscard]] bool begins_flac(std::span<const std::byte> head);

}  // namespace sl::structure
