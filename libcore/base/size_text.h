// Sizes as users write them: "1280x720".

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

// Parse WIDTHxHEIGHT, both from 1 to `max`; return nothing for any other text.
[[nodiscard]] std::optional<Size> read_size(std::string_view text, std::uint32_t max = wire_limit::number);
// The same, but throw Error(Usage), naming `option`.
void parse_value(std::string_view option, std::string_view text, Size& size);

[[nodiscard]] std::string size_text(const Size& size);
inline std::string value_text(const Size& size) { return size_text(size); }

}  // namespace sl
