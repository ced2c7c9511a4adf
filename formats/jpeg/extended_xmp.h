// XMP in several segments: a packet of at most 65502 bytes, which names by an MD5 sum a second one that comes in
// pieces. Specification: XMP part 3 (2020), 1.1.3.1. Elsewhere a picture has one packet.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sl::jpeg {

inline constexpr std::string_view extended_xmp_start{"http://ns.adobe.com/xmp/extension/\0", 35};

// Gathers the pieces of second packets.
class ExtendedXmp {
 public:
  // Take a segment that begins with extended_xmp_start.
  void add(std::string_view segment);
  // Return one packet with the properties of `first` and of the second packet that it names; `first` no longer names
  // one afterwards. Return nothing if a piece is missing, or the second cannot be joined. Return `first` if it names
  // none.
  [[nodiscard]] std::optional<std::string> join(std::string& first) const;

 private:
  struct Piece {
    std::string sum, bytes;
    std::uint32_t size, offset;  // of the whole packet; in it
  };
  std::vector<Piece> pieces_;
};

// A packet as segments, without their marker and length: the first packet, then pieces of the second.
// `first_room` is what the first one may hold.
struct SplitXmp {
  std::string first;
  std::vector<std::string> segments;  // with extended_xmp_start
};
[[nodiscard]] SplitXmp split_xmp(std::string_view xmp, std::size_t first_room);

}  // namespace sl::jpeg
