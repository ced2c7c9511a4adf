// Ogg (RFC 3533): pages; the last page of a logical stream has the flag of its end.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

[[nodiscard]] std::unique_ptr<Structure> ogg(std::span<const std::byte> head);

}  // namespace sl::structure
