// A picture of tiles, a row of them at a time. libheif itself keeps all of it, as RGB.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/heif/heif.h"
#include "formats/heif/items.h"
#include "libcore/media/image.h"
#include "libcore/media/strip.h"
#include "libcore/pixels/ordered.h"

namespace sl::heif {

// Return the planes of an image in YCbCr or gray, as long as it lives; nothing if the wire has no format for them.
[[nodiscard]] std::optional<Strip> planes_of(heif_image* image);

class GridReader {
 public:
  // `name` is for messages. Refers to the file and decodes its first tile. Throw Data.
  GridReader(std::span<const std::byte> file, PrimaryItem item, std::string name);
  // The first tile, until next() is called.
  [[nodiscard]] heif_image* first() const { return first_.image.get(); }
  // Return whether the tiles can be put together: planes of even sizes that cover the picture.
  [[nodiscard]] bool fits() const;
  [[nodiscard]] const PixelFormat& format() const { return *first_.planes.format; }

  // Return the next row of tiles, as wide as the picture. Its planes are valid until the next call.
  Strip next();

 private:
  struct Tile {
    std::uint32_t number = 0;
    Image image;
    Strip planes;
  };
  void decode(Tile& tile) const;
  void put(const Tile& tile);

  std::span<const std::byte> file_;
  PrimaryItem item_;
  std::string name_;
  Tile first_;
  std::uint32_t next_ = 0;  // tile to decode
  std::vector<std::byte> band_;
  Strip rows_;
  std::deque<Tile> ready_;
  std::optional<Ordered<Tile>> jobs_;
};

}  // namespace sl::heif
