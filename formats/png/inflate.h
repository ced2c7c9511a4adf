// libpng's input: the picture's own bytes, but with the pixels already inflated.
//
// zlib's inflate takes most of the time of reading a PNG, and ISA-L is twice as fast. So libpng parses every chunk,
// checks and expands, but its read callback does not give it the true IDATs: ISA-L inflates those, CRC and Adler
// checked, PngUnfilter undoes the filters, and libpng gets IDATs of stored deflate blocks, whose checksums are zeros
// that it must ignore. Their zlib header claims a window of 256 bytes, which keeps zlib from copying every row
// into its window once more.

#pragma once

#include <isa-l/igzip_lib.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/png/unfilter.h"
#include "libcore/base/error.h"
#include "libcore/bytes/source.h"

namespace sl {

// Return the size of the chunk that begins at the source's position, if its CRC is right, else 0.
[[nodiscard]] std::size_t intact_png_chunk(Source& source);

class PngInput {
 public:
  // Called for every chunk except pixels when its header was read; may throw. Return whether to check its CRC before
  // libpng reads it: libpng skips ancillary chunks with a wrong one, but not those that it only keeps.
  using ChunkHook = std::function<bool(std::string_view type, std::uint32_t length)>;
  // Called for every error that is ignored.
  using WarnHook = std::function<void(const std::string&)>;

  // `salvage`: a wrong checksum of pixels is a warning. The source outlives it.
  PngInput(Source& source, bool salvage, ChunkHook chunk, WarnHook warn);

  // The next bytes for libpng, all of them. Waits for input. Throws Error (Data, without name and place).
  void read(std::span<std::byte> into);

  // Set the size of this picture's rows, filter bytes included: bytes after them are not inflated.
  void expect(std::uint64_t pixel_bytes) { expected_ = pixel_bytes; }
  // The size of a row without its filter byte, and of a pixel: rows come unfiltered from here on, and whole pixels at a
  // time. To be called before pixels are read.
  void unfilter(std::size_t row, std::size_t pixel) { unfilter_.begin(row, pixel); }
  // Inflate received bytes, until there are `pixel_bytes` in all (and for `to_end` the end of the compressed stream,
  // too). Return false if that would wait for the input. An error of the input counts as available: read() throws it.
  [[nodiscard]] bool available(std::uint64_t pixel_bytes, bool to_end);

  // In a file, before pixels are read: call `found` with the data of each chunk after the pixels for which the chunk
  // hook returns true. Return false, and read nothing, if the source cannot seek or each seek would be a request.
  bool look_behind(const std::function<void(std::string_view type, std::string_view data)>& found);

  // Whether libpng is reading an IDAT made here, whose checksums it must ignore.
  [[nodiscard]] bool rewrapping() const { return stage_ == Stage::Pixels; }
  // Whether the input ended too early.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  enum class Stage : std::uint8_t { Signature, Chunks, Pixels, Behind };

  void next_piece();
  void next_chunk();
  bool is_intact(std::uint32_t length);
  void wrap_pixels();
  void inflate_some();
  std::size_t decompress(std::span<const std::byte> input);
  void end_pixel_chunk();
  bool begin_pixel_chunk();
  void queue(std::span<const std::uint8_t> bytes);
  [[noreturn]] void truncate();

  Source& source_;
  bool salvage_;
  ChunkHook chunk_hook_;
  WarnHook warn_;
  Stage stage_ = Stage::Signature;

  // What read() takes from, in this order.
  std::array<std::uint8_t, 32> queued_{};  // bytes made here
  std::size_t queued_begin_ = 0, queued_end_ = 0;
  std::size_t piece_ = 0;       // inflated bytes of the chunk that was begun
  std::uint64_t as_it_is_ = 0;  // bytes of the source

  // The true IDATs.
  std::uint32_t chunk_left_ = 0, crc_ = 0;
  inflate_state inflate_;
  bool may_hold_ = false;  // ISA-L may have output that waits for room, without any input
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // inflated and not yet read
  PngUnfilter unfilter_;
  std::uint64_t inflated_ = 0, expected_ = ~std::uint64_t{0};
  bool first_piece_ = true, last_piece_ = false;
  bool ended_ = false;     // the compressed stream
  bool complete_ = false;  // and all IDATs are read
  bool truncated_ = false;
  std::optional<Error> failure_;  // thrown when all that came before it was read
};

}  // namespace sl
