// Rank filters: the middle value of a square of samples.

#pragma once

#include <cstddef>
#include <span>

namespace sl {

// Write the medians of a row: of each sample and its neighbours in a square of rows.size() columns and rows. `rows` are
// an odd number, the row itself in the middle; each has `width` pixels of `step` samples, and each component is
// filtered by itself. Beyond the left and right edge a row continues with its last pixel. T is std::uint8_t,
// std::uint16_t or float (without NaN). `out` is not one of the rows.
template <class T>
void median_row(std::span<const T* const> rows, std::size_t width, std::size_t step, T* out);

}  // namespace sl
