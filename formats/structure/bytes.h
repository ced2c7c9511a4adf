// Small readers of heads.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sl::structure {

using Head = std::span<const std::byte>;

[[nodiscard]] inline std::string_view text(Head head, std::size_t at, std::size_t count) {
  if (at >= head.size()) return {};
  return {reinterpret_cast<const char*>(head.data()) + at, std::min(count, head.size() - at)};
}
[[nodiscard]] inline bool starts(Head head, std::string_view magic, std::size_t at = 0) {
  return text(head, at, magic.size()) == magic;
}
[[nodiscard]] inline std::uint8_t u8(Head head, std::size_t at) { return std::to_integer<std::uint8_t>(head[at]); }
[[nodiscard]] inline std::uint64_t be(Head head, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | u8(head, at + i);
  return value;
}
[[nodiscard]] inline std::uint64_t le(Head head, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | u8(head, at + i);
  return value;
}
// Whether `head` has a name of four printable letters at `at`.
[[nodiscard]] inline bool has_name(Head head, std::size_t at) {
  for (const char c : text(head, at, 4)) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return head.size() >= at + 4;
}

// The length of an APEv2 tag that begins here with its header (32 bytes of it are needed) or that is a footer; else 0.
[[nodiscard]] inline std::uint64_t ape_tag_bytes(Head head) {
  if (!starts(head, "APETAGEX") || head.size() < 32) return 0;
  const bool is_header = (le(head, 20, 4) & 0x20000000) != 0;
  return is_header ? 32 + le(head, 12, 4) : 32;
}

// "is truncated: ..." if the container ends before `promised`, 0 if nothing is promised.
[[nodiscard]] inline std::optional<std::string> lack_of_bytes(std::uint64_t at, std::uint64_t promised) {
  if (at >= promised) return std::nullopt;
  return "is truncated: it ends at byte " + std::to_string(at) + ", and its header promises " +
         std::to_string(promised);
}

}  // namespace sl::structure
