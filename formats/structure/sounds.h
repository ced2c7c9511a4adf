// Sound files whose header says how much follows.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

// Their header promises one length: AU, SoX, True Audio, Monkey's Audio, DSF, ADX, AST.
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
