// The kinds of tracks.

#pragma once

#include <cstdint>
#include <string_view>

namespace sl {

enum class Kind : std::uint8_t { Video, Audio, Data };

// "video", "audio" or "data".
[[nodiscard]] std::string_view kind_name(Kind kind);

}  // namespace sl
