// A WebP file: its chunks, read as they are needed, and what they say of the picture.
// https://developers.google.com/speed/webp/docs/riff_container

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format.h"
#include "libcore/media/track.h"

namespace sl {

class WebpFile {
 public:
  struct Chunk {
    std::string_view type;
    std::size_t begin, size;  // of the payload

    [[nodiscard]] std::size_t end() const { return begin + size + (size & 1); }
  };
  static constexpr std::size_t piece = 64 << 10;  // bytes read at once, at most

  WebpFile(Source& source, LeftOut left_out) : source_(source), left_out_(std::move(left_out)) {}

  // Read up to the header of the (first) picture. Throw Data, and Limit before memory is taken.
  void read_header();
  [[nodiscard]] Track track() const;
  // Add the profile, EXIF and XMP.
  void add_attachments(Picture& picture);

  // Return whether the first `size` bytes of the file are here, having read them if there are that many.
  bool need(std::uint64_t size);
  bool read_more(std::uint64_t max_bytes);
  // Return the chunk at `at`; nothing at the end of the file, or if its header is missing.
  std::optional<Chunk> chunk_at(std::size_t at);
  // A cut file is filled up with the next one's bytes, which can look like pixels. Return the offset of the next one, 0
  // for none.
  std::size_t find_other();

  std::vector<std::byte> bytes;                                     // of the file, from its first on
  std::uint64_t total = std::numeric_limits<std::uint64_t>::max();  // bytes of the file, as RIFF says
  std::size_t first_chunk = 0;                                      // the picture's offset
  bool animated = false, lossless = false, alpha = false;
  bool ended = false;  // the source

 private:
  [[noreturn]] void fail(const std::string& what) const;
  void read_chunks();
  void extended(const std::byte* body);
  void coded(const Chunk& chunk);
  void report_unknown(const Chunk& chunk) const;
  [[nodiscard]] std::string text(const Chunk& chunk) const;

  Source& source_;
  LeftOut left_out_;
  std::uint32_t width_ = 0, height_ = 0;
  bool tagged_ = false;  // EXIF or XMP
  int loop_ = -1;
  std::string icc_;
};

}  // namespace sl
