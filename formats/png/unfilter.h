// Undoes the filters of a PNG's rows, in place, as the bytes arrive. https://www.w3.org/TR/png-3/#9Filters
//
// libpng does this byte by byte if built without its vector code, as Debian's static one is, and then Paeth
// alone takes half of the time of reading a photograph. Here a pixel is one vector.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sl {

class PngUnfilter {
 public:
  // Before this call, bytes pass unchanged. `row` bytes without the filter's, whole pixels of `pixel` bytes: 1, 2, 3,
  // 4, 6 or 8, and 1 if a byte holds several.
  void begin(std::size_t row, std::size_t pixel);

  // Take the next bytes of the picture, unfilter the whole pixels among them, and return the number of those bytes.
  // Pass the rest again, with more. Filters become None; a number that is no filter stays, with its row.
  [[nodiscard]] std::size_t undo(std::span<std::byte> bytes);

  static constexpr std::size_t max_pixel = 8;
  // Undoes one filter in place for whole pixels of a row. `left` and `corner` are the pixels before `bytes` and
  // `above`.
  using Kernel = void(std::uint8_t* bytes, const std::uint8_t* above, std::size_t count, const std::uint8_t* left,
                      const std::uint8_t* corner);

 private:
  std::size_t row_ = 0, pixel_ = 0;
  std::size_t left_ = 0;  // bytes of this row that are still to come
  std::span<Kernel* const> kernels_;
  Kernel* kernel_ = nullptr;  // of this row, null for filter None
  // A pixel of zeros, the unfiltered part of this row, then the rest of the row above.
  std::vector<std::uint8_t> above_;
  std::array<std::uint8_t, max_pixel> corner_{};  // the pixel above and to the left of the next one
};

}  // namespace sl
