// The pixels of a page, a row of strips or tiles at a time, decoded by several threads.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/tiff/rows.h"
#include "libcore/pixels/ordered.h"

namespace sl::tiff {

// Rows of the page, ready for the wire.
struct Band {
  std::uint32_t first = 0, rows = 0;
  std::vector<std::byte> pixels;  // packed
  std::string damage;             // the fault, in words; empty for a whole band
  std::vector<std::string> warnings;
};

class BandReader {
 public:
  // The current directory of `file` is the page at `directory`. With `salvage`, damage is in the band, and its pixels
  // are 0; without, next() throws Data. Throws Limit.
  BandReader(Source& source, std::uint64_t start, File& file, const Page& page, std::uint64_t directory, bool salvage);
  ~BandReader();

  // Return the next band. Call until all rows have come.
  [[nodiscard]] Band next();
  // Take the memory of a band that is done with, for a later one.
  void reuse(Band band) { spare_pixels_.push_back(std::move(band.pixels)); }

 private:
  struct Chunk {
    std::uint32_t index = 0;       // libtiff's number of the strip or tile
    std::vector<std::byte> bytes;  // compressed
    std::string failure;           // why bytes are missing
  };
  struct Job {
    Band band;
    std::vector<Chunk> chunks;  // of a tile or strip all planes, then the next one
  };
  struct Worker;

  void plan();
  void take_back(Job& job);
  void read_chunk(Chunk& chunk);
  void decode(Job& job);
  void decode_chunk(Worker& worker, Job& job, std::size_t column);
  void read_lines(Band& band);
  void render(Band& band);
  void fail(Band& band, const std::string& what) const;

  Source& source_;
  std::uint64_t start_;
  File& file_;
  const Page& page_;
  std::uint64_t directory_;
  bool salvage_;
  int threads_ = 1;
  bool by_lines_ = false;              // one large strip, decoded row by row
  bool in_place_ = false;              // strips are decoded to the rows that leave
  std::uint32_t band_rows_;            // of a job
  std::uint64_t chunk_row_bytes_ = 0;  // of a strip or tile as libtiff decodes it
  std::size_t planes_, pixel_bytes_;
  std::uint32_t next_row_ = 0;
  bool lost_ = false;  // by_lines_: what follows cannot be decoded
  std::optional<RowConverter> rows_;
  std::vector<std::byte> line_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> workers_;  // that are idle
  std::deque<Band> ready_;
  std::vector<std::vector<std::byte>> spare_pixels_, spare_bytes_;
  std::optional<Ordered<Job>> jobs_;
};

}  // namespace sl::tiff
