// Containers of nested boxes: ISO media (ISO 14496-12), Matroska (RFC 8794), ASF.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

[[nodiscard]] std::unique_ptr<Structure> iso_media(std::span<const std::byte> head);
[[nodiscard]] std::unique_ptr<Structure> matroska(std::span<const std::byte> head);
[[nodiscard]] std::unique_ptr<Structure> asf(std::span<const std::byte> head);
constexpr std::string_view asf_header{"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", 16};

}  // namespace sl::structure
