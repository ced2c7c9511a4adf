// A walk over the blocks of a GIF. Specification: GIF89a, 18 to 26.

#include "formats/av/decode/gif_screen.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/base/endian.h"

namespace sl::av {

namespace {

constexpr std::size_t header_bytes = 13, width_offset = 6, height_offset = 8;

struct Extent {
  unsigned width = 0, height = 0;
};

std::size_t colour_table(unsigned flags) { return (flags & 0x80) != 0 ? std::size_t{3} << ((flags & 7) + 1) : 0; }

// The place after a row of data blocks.
std::size_t after_blocks(std::span<const std::uint8_t> data, std::size_t at) {
  while (at < data.size() && data[at] != 0) at += std::size_t{data[at]} + 1;
  return at + 1;
}

// The right and lower edges of all pictures.
Extent extent_of(std::span<const std::uint8_t> data) {
  Extent extent;
  for (std::size_t at = header_bytes + colour_table(data[10]); at + 10 <= data.size();) {
    if (data[at] == 0x21) {
      at = after_blocks(data, at + 2);
    } else if (data[at] == 0x2c) {
      const auto number = [&](std::size_t offset) { return unsigned{load_le<std::uint16_t>(&data[at + offset])}; };
      extent.width = std::max(extent.width, number(1) + number(5));
      extent.height = std::max(extent.height, number(3) + number(7));
      at = after_blocks(data, at + 10 + colour_table(data[at + 9]) + 1);
    } else {
      break;
    }
  }
  return extent;
}

}  // namespace

PacketPtr with_gif_screen(const AVPacket& packet) {
  if (packet.size < static_cast<int>(header_bytes)) return nullptr;
  const std::span data(packet.data, static_cast<std::size_t>(packet.size));
  if (!std::equal(data.begin(), data.begin() + 4, "GIF8")) return nullptr;
  const Extent extent = extent_of(data);
  const auto width = load_le<std::uint16_t>(&data[width_offset]), height = load_le<std::uint16_t>(&data[height_offset]);
  if (extent.width <= width && extent.height <= height) return nullptr;
  PacketPtr copy = new_packet();
  check_allocated(av_packet_ref(copy.get(), &packet));
  check_allocated(av_packet_make_writable(copy.get()));
  const auto grown = [](unsigned a, unsigned b) {
    return static_cast<std::uint16_t>(std::min(std::max(a, b), 65535u));
  };
  store_le(copy->data + width_offset, grown(width, extent.width));
  store_le(copy->data + height_offset, grown(height, extent.height));
  return copy;
}

}  // namespace sl::av
