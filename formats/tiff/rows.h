// Samples of a file to rows of the wire.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "formats/tiff/page.h"
#include "libcore/pixels/transfer.h"

namespace sl::tiff {

class RowConverter {
 public:
  // Refers to the page.
  explicit RowConverter(const Page& page);
  RowConverter(const RowConverter&) = delete;
  RowConverter& operator=(const RowConverter&) = delete;

  // Whether rows leave as they are in the file.
  [[nodiscard]] bool copies() const { return plain_; }
  // Convert a row of `pixels` pixels. `from` has a row of all samples side by side, or one for each sample if the page
  // is planar; integers of 16, 24, 32 and 64 bits are native, others packed from the high bit down. `to` has room for
  // the pixels on the wire.
  void convert(std::span<const std::byte* const> from, std::uint32_t pixels, std::byte* to);

 private:
  void unpack(const std::byte* from, std::size_t count, std::size_t first, std::size_t step);
  void unpack_real(const std::byte* from, std::size_t count, std::size_t first, std::size_t step);
  template <class T>
  void put_codes(std::uint32_t pixels, T* to) const;
  template <class T>
  void put_lab(std::uint32_t pixels, T* to) const;
  void put_reals(std::uint32_t pixels, float* to) const;

  const Page& page_;
  bool plain_;
  std::uint64_t full_ = 0, out_ = 0;  // the largest code in the file and on the wire
  std::vector<std::uint64_t> codes_;  // samples of a row, side by side
  std::vector<float> reals_;
  std::vector<std::uint16_t> scale_;  // from codes of up to 16 bits to the wire's
  std::optional<Transfer> srgb_;
};

}  // namespace sl::tiff
