// Damage in the compressed pixels of a GIF, which FFmpeg's decoder passes over.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sl::av {

// Describe the damage of the pictures in a packet, as FFmpeg's parser cuts a GIF; nothing if all their pixels are
// there. Specification: GIF89a, appendix F.
[[nodiscard]] std::optional<std::string> gif_damage(std::span<const std::uint8_t> packet);

}  // namespace sl::av
