// The primary picture according to the boxes of its file, as far as libheif has no functions for it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sl::heif {

struct PrimaryItem {
  std::string brand;        // the main one: "heic"
  std::string type;         // "hvc1", "av01", "grid"; empty if the boxes do not say it
  int chroma = -1;          // H.265's chroma_format_idc, 0 for gray to 3 for 4:4:4; -1 for unknown
  std::uint32_t tiles = 0;  // of a grid
  std::uint32_t tile_width = 0, tile_height = 0;
  std::uint32_t columns = 0, width = 0, height = 0;  // of a grid, as its own data says
  bool moved = false;                                // it is cropped, turned or mirrored
};

// Read `ftyp` and `meta` of these bytes. Damaged boxes leave their members unset.
[[nodiscard]] PrimaryItem primary_item(std::span<const std::byte> file);

// Return whether pictures that are made of others (grids) are nested more than twice, or contain themselves:
// libheif 1.15 would go round in them until its memory is used up.
[[nodiscard]] bool nests_too_deep(std::span<const std::byte> file);

// Return a HEIF file of one tile of the primary picture, a grid; empty if its bytes are missing.
[[nodiscard]] std::string file_of_tile(std::span<const std::byte> file, std::uint32_t number);

}  // namespace sl::heif
