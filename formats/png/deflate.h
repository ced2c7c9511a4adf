// Rows to IDAT chunks: PNG's filters and deflate, by blocks of rows in several threads.
//
// A block is as many rows as fill 256 KiB, which depends on the picture's size alone. Each is filtered and compressed
// by itself, starting from the row above it and from no dictionary (that costs under 0.1 %), and ends at a whole byte,
// so blocks put side by side are one deflate stream. So the bytes are the same however rows come and at any number of
// threads.
//
// What to compress with was measured on real photographs (libvips's default size = 1.00): ISA-L level 1 with the best
// of five filters for each row 0.80, ISA-L level 1 with filter Up 0.84, zlib 3 0.78, zlib 6 0.75, zlib 9 0.73. ISA-L is
// 10 times as fast as zlib, and its levels 1 and 2 give the same bytes on every CPU from x86-64-v2; its level 3 does
// not, and level 2 gains nothing. On flat graphics it does badly (1.32), so a block that shrinks below 1/8 is
// compressed again with zlib 6 and without filter, and the smaller one is taken: 1.007.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "libcore/bytes/target.h"
#include "libcore/media/strip.h"

namespace sl {

enum class PngFilter : std::uint8_t { None, Sub, Up, Average, Paeth, Adaptive, Auto };

struct PngCompression {
  int level = 2;                       // 0: stored; 1, 2: ISA-L level 1; 3 to 9: zlib
  PngFilter filter = PngFilter::Auto;  // level 0: None; 1: Up; above: Adaptive, the least sum of absolute values
  int threads = 1;
};

// Writes a whole chunk: length, type, data, CRC.
void write_png_chunk(Target& target, std::string_view type, std::string_view data);

class PngDeflater {
 public:
  // Writes into `target`, which outlives it. Throws Limit if the pending blocks would take too much memory.
  PngDeflater(Target& target, const PixelFormat& format, std::uint32_t width, std::uint32_t height,
              const PngCompression& compression);
  ~PngDeflater();
  PngDeflater(const PngDeflater&) = delete;
  PngDeflater& operator=(const PngDeflater&) = delete;

  // Rows in order; after the picture's last one all chunks have been written.
  void write_rows(const Strip& strip);
  // Writes what blocks are complete.
  void flush();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
