// Sound files whose header says how much follows, and a few others of this kind.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

// Their header promises one length: AU, SoX, True Audio, Monkey's Audio, DSF, ADX, AST, SMAF,
// Shockwave, WTV, ICO.
constexpr std::string_view wtv_start{"\xb7\xd8\x00\x20\x37\x49\xda\x11", 8};
[[nodiscard]] std::unique_ptr<Structure> sized(std::span<const std::byte> head);
// Westwood's AUD.
[[nodiscard]] std::unique_ptr<Structure> westwood(std::span<const std::byte> head);
// Creative Voice.
[[nodiscard]] std::unique_ptr<Structure> creative_voice(std::span<const std::byte> head);
// WavPack 4 and 5.
[[nodiscard]] std::unique_ptr<Structure> wavpack(std::span<const std::byte> head);
// Musepack SV8.
[[nodiscard]] std::unique_ptr<Structure> musepack8(std::span<const std::byte> head);

}  // namespace sl::structure
