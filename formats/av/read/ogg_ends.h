// Whether an Ogg file is complete: FFmpeg ends quietly wherever the bytes end. RFC 3533: the last page of a logical
// stream has the flag of its end.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sl::av {

class OggEnds {
 public:
  // Take bytes that were read at an offset, in any order; only bytes that continue the previous ones are examined.
  void see(std::uint64_t offset, std::span<const std::byte> bytes);
  // Everything before it was examined.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  // Describe the missing part, if all of the file was examined.
  [[nodiscard]] std::optional<std::string> lack() const;

 private:
  void take(std::span<const std::byte> bytes);
  void on_page();

  std::uint64_t position_ = 0;
  std::vector<std::byte> head_;          // of the page that is being read
  std::size_t unread_ = 0;               // bytes of its body
  std::map<std::uint32_t, bool> ended_;  // the streams of this link of a chain
  bool in_link_ = false;                 // past the pages that begin its streams
};

}  // namespace sl::av
