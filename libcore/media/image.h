// A whole picture in memory of its own.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "libcore/media/strip.h"

namespace sl {

struct Track;

// Owns packed rows of all planes, as ROWS records hold them. The samples are not set at first: the system gives memory
// as rows are written, not by what a header promises. Movable; views stay valid when it moves.
class Image {
 public:
  Image() = default;
  // Memory for a picture of the track's size and format. Throw Limit over --max-pixels or --max-memory, in a message
  // about `name` (an input, or "frame") that says that `purpose` ("a frame", "turning it upright") takes so much.
  Image(const Track& track, std::string_view name, std::string_view purpose);

  [[nodiscard]] bool empty() const { return memory_ == nullptr; }
  // Views on all rows, or on some from `first` on (multiples of the vertical subsampling, except at the end). `damaged`
  // is the picture's.
  [[nodiscard]] Strip strip() const { return whole_; }
  [[nodiscard]] Strip rows(std::uint32_t first, std::uint32_t rows) const { return part_of(whole_, first, rows); }
  [[nodiscard]] std::span<std::byte> bytes() const { return {memory_.get(), bytes_}; }
  // Copy rows of a frame to their place. Its first row begins a new picture; a damaged strip marks the picture.
  void put(const Strip& strip);
  void set_damaged(bool damaged) { whole_.damaged = damaged; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::size_t bytes_ = 0;
  Strip whole_;
};

}  // namespace sl
