// MPEG-2 transport streams (ISO/IEC 13818-1), of packets of 188, 192 or 204 bytes.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

[[nodiscard]] std::unique_ptr<Structure> transport(std::span<const std::byte> head);
// Return the length of the packets of a transport stream that begins here, 0 if none does.
[[nodiscard]] std::size_t transport_packet_bytes(std::span<const std::byte> head);

}  // namespace sl::structure
