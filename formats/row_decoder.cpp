// Rows from top to bottom as they arrive, or from a whole frame.

#include "formats/row_decoder.h"

#include <algorithm>
#include <cstring>

#include "libcore/base/limits.h"

namespace sl {

void RowDecoder::begin_rows(std::uint64_t coded_row, bool bottom_up) {
  check_pixels(source_.name(), track_.width, track_.height);
  const std::uint64_t row = row_bytes(*track_.pixels, 0, track_.width);
  check_memory(source_.name(), saturating_multiply(row, std::min(strip_rows(track_), track_.height)) + coded_row,
               "a strip of rows");
  row_bytes_ = static_cast<std::size_t>(row);
  coded_row_ = static_cast<std::size_t>(coded_row);
  bottom_up_ = bottom_up;
  if (bottom_up) frame_ = Image(track_, source_.name(), "a " + format_ + " frame, whose rows run from bottom to top");
}

Strip RowDecoder::read_rows(std::uint32_t at_most) {
  const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
  if (bottom_up_) {
    if (row_ == 0) read_frame();
    const bool damaged = row_ < damaged_to_;
    return next_strip(damaged ? std::min(rows, damaged_to_ - row_) : rows, frame_.bytes().data() + row_ * row_bytes_,
                      damaged);
  }
  if (pixels_.size() < rows * row_bytes_) pixels_.resize(rows * row_bytes_);
  std::uint32_t done = 0;
  while (done < rows && !lost_) {
    if (done > 0 && source_.would_wait(coded_row_)) break;
    if (decode_row(pixels_.data() + done * row_bytes_, row_ + done)) ++done;
  }
  if (done > 0) return next_strip(done, pixels_.data(), false);
  std::memset(pixels_.data(), 0, rows * row_bytes_);
  return next_strip(rows, pixels_.data(), true);
}

bool RowDecoder::decode_row(std::byte* row, std::uint32_t number) {
  try {
    read_row(row);
    return true;
  } catch (const Error& error) {
    if (error.status() != Status::Data) throw;
    damage(error.what() + row_place("after", number), "the rest is filled with zero");
    lost_ = true;
    return false;
  }
}

void RowDecoder::read_frame() {
  std::byte* const rows = frame_.bytes().data();
  for (std::uint32_t done = 0; done < track_.height; ++done) {
    const std::uint32_t y = track_.height - 1 - done;
    if (decode_row(rows + y * row_bytes_, done)) continue;
    std::memset(rows, 0, (y + 1) * row_bytes_);
    damaged_to_ = y + 1;
    return;
  }
}

}  // namespace sl
