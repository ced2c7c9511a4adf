// Sizes as people write them: "1280x720".

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/limits.h"

namespace sl {

struct Size {
  std::uint32_t width = 0, height = 0;
  bool operator==(const Size&) const = default;
};

// Both from 1 to `most`; nothing where the text is anything else.
[[nodiscard]] std::optional<Size> read_size(std::string_view text, std::uint32_t most = wire_limit::number);
// The same; throws Error(Usage), naming `option`.
[[nodiscard]] Size parse_size(std::string_view option, std::string_view text);

[[nodiscard]] std::string size_text(const Size& size);

}  // namespace sl
