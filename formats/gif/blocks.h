// The blocks of a GIF, one after another.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "formats/gif/gif.h"
#include "libcore/bytes/source.h"
#include "libcore/pixels/palette.h"

namespace sl::gif {

// What a control extension says of the picture behind it.
struct Control {
  Disposal disposal = Disposal::Any;
  std::uint32_t delay = 0;                  // in 1/100 s
  std::optional<std::uint8_t> transparent;  // an index
};

// A picture's place on the screen, and how it is stored.
struct Descriptor {
  std::uint32_t left = 0, top = 0, width = 0, height = 0;
  bool interlaced = false;
  std::optional<Palette> palette;  // of its own
};

struct Screen {
  std::uint32_t width = 0, height = 0;
  Palette palette;  // empty: none
};

// Takes blocks from the source. Throws Data, without the input's name, if it ends.
class Blocks {
 public:
  explicit Blocks(Source& source) : source_(source) {}

  [[nodiscard]] Screen read_screen();
  // Take the next mark: an extension's, a picture's or the trailer. Other bytes between blocks are passed over.
  [[nodiscard]] unsigned next();
  [[nodiscard]] unsigned byte();
  [[nodiscard]] Descriptor read_descriptor();
  [[nodiscard]] Control read_control();
  // Join sub-blocks up to the empty one. Call `check` with the size so far, before memory is taken.
  [[nodiscard]] std::string read_sub_blocks(const std::function<void(std::size_t)>& check);
  void skip_sub_blocks();

 private:
  void take(std::span<std::byte> into);
  [[nodiscard]] Palette read_palette(unsigned flags);

  Source& source_;
};

// What a walk over all blocks shows, without decoding any pixels.
struct Summary {
  std::uint64_t pictures = 0;
  bool opaque = false;                 // no pixel of any frame is transparent
  bool whole = false;                  // the walk came to the trailer
  std::optional<std::uint32_t> delay;  // of all pictures, if it is the same
  std::vector<std::string> comments;   // behind the first picture
};
// Walk from the start of a GIF. Leave the source where the walk ended. Throw Limit for too much text.
[[nodiscard]] Summary summarise(Source& source);

// Return how long browsers show a picture, in 1/100 s: delays below 2 are taken for writers that did not care.
[[nodiscard]] constexpr std::uint32_t shown_delay(std::uint32_t delay) { return delay < 2 ? 10 : delay; }

}  // namespace sl::gif
