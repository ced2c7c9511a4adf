// A baseline JPEG at an eighth of its size: the mean of each block of 8x8 samples, which its first coefficient has. All
// other coefficients are only passed over, several by one look into a table, and no plane is upsampled.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "formats/jpeg/codec.h"
#include "libcore/media/strip.h"

namespace sl::jpeg {

class BlockMeans {
 public:
  // Return whether a file whose header was read can be decoded so: gray or three components in one scan, 8 bits,
  // Huffman codes with tables of its own.
  [[nodiscard]] static bool can_read(const jpeg_decompress_struct& jpeg);

  // `jpeg`, which outlives it, is at the first byte of its scan, and was not started. Damage is reported as libjpeg
  // does, by its emit_message and error_exit.
  explicit BlockMeans(jpeg_decompress_struct& jpeg);
  BlockMeans(const BlockMeans&) = delete;
  BlockMeans& operator=(const BlockMeans&) = delete;
  ~BlockMeans();

  // Return the rows of samples that read_rows() makes of component `i` (in the order of the frame header).
  [[nodiscard]] std::uint32_t rows(int i) const;
  // Decode the next row of MCUs to the start of each plane; the samples beyond the plane's width are left out.
  void read_rows(const std::array<Plane, 3>& planes);
  // After the last row, read to the end of the picture, its EOI included.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl::jpeg
