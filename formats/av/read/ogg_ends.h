// Whether an Ogg file is whole: FFmpeg ends quietly wherever its bytes do. RFC 3533: a logical stream ends with a page
// that has the flag of its end.

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
  // Bytes that were read at an offset, in whatever order: those that go on where the last ones ended are looked at.
  void see(std::uint64_t offset, std::span<const std::byte> bytes);
  // All before it was looked at.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  // What is missing, if all of the file was looked at.
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
