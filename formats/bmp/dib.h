// Device-independent bitmaps: what BMP files and icons hold. Headers of Windows 2 to 5 and of OS/2 1 and 2.
// https://learn.microsoft.com/windows/win32/gdi/bitmap-storage

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"
#include "libcore/media/pixel_format.h"
#include "libcore/pixels/icc.h"

namespace sl::bmp {

enum class Coding : std::uint8_t { Plain, Rle4, Rle8, Rle24 };

// The bits of one component in a pixel of 16 or 32 bits.
struct Channel {
  std::uint32_t mask = 0;
  int shift = 0, bits = 0;
};

struct Dib {
  std::string_view header;  // its name: "BITMAPINFOHEADER"
  std::uint32_t width = 0, height = 0;
  bool top_down = false;
  int bits = 0;  // of a pixel
  Coding coding = Coding::Plain;
  std::array<Channel, 4> channels;  // red, green, blue, alpha
  std::vector<std::array<std::uint8_t, 3>> palette;
  std::uint32_t pixels_per_metre_x = 0, pixels_per_metre_y = 0;
  enum class Colours : std::uint8_t { Unknown, Srgb, Measured, Profile, LinkedProfile } colours = Colours::Unknown;
  ProfileColors measured;
  std::uint32_t profile_at = 0, profile_bytes = 0;  // from the header's first byte

  // The pixel format that holds all of it. Gray if all colours of the palette are.
  [[nodiscard]] const PixelFormat& pixels() const;
  [[nodiscard]] bool has_gray_palette() const;
  [[nodiscard]] std::size_t row_bytes() const {
    return (std::size_t{width} * static_cast<std::size_t>(bits) + 31) / 32 * 4;
  }
};

using Fail = std::function<void(const std::string& what)>;  // does not return

// Take the header, its masks and its palette. `fail` throws. `in_icon`: the height counts the mask too. `room`: bytes
// up to the pixels, or 0 if nothing states it.
[[nodiscard]] Dib read_dib(Source& source, bool in_icon, std::uint64_t room, const Fail& fail);

// Turns coded rows, one after another, into rows of Dib::pixels().
class DibRows {
 public:
  explicit DibRows(const Dib& dib);
  // Take a row from the source. Throw Data without names.
  void read(Source& source, std::byte* row);
  // After the last row: take what ends a coded bitmap.
  void end(Source& source);
  // Decode a row that is not run-length coded.
  void decode(const std::byte* coded, std::byte* row);

 private:
  void read_runs(Source& source);
  void map_indices(const std::uint8_t* indices, std::byte* row);
  template <class T, class Pixel>
  void decode_fields(const std::byte* coded, std::byte* row) const;

  const Dib& dib_;
  int components_;
  bool wide_, gray_, identity_ = false;
  std::vector<std::array<std::uint8_t, 3>> colours_;  // a colour for every index
  std::vector<std::byte> coded_;
  std::vector<std::uint8_t> indices_;
  std::array<std::vector<std::uint16_t>, 4> scale_;  // a sample for each value of a channel
  std::uint32_t rows_done_ = 0, empty_rows_ = 0, column_ = 0;
  bool ended_ = false;
};

}  // namespace sl::bmp
