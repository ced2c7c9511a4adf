// One component of a picture in the separable engine: a ring of its rows, and output rows made of them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/media/pixel_format.h"
#include "libcore/pixels/axis.h"

namespace sl::separable {

// Memory to make rows in: one for each thread.
struct Scratch {
  std::vector<std::byte> rows, lanes, columns, weights;
  std::vector<double> exact;
};

class Component {
 public:
  virtual ~Component() = default;
  // Keep the last `rows` rows that are loaded.
  virtual void reserve(std::uint32_t rows) = 0;
  // Take input row `y`, in samples of the format, side by side.
  virtual void load(std::uint32_t y, const std::byte* row) = 0;
  // Make the output rows `first` to `first + count - 1`, at most weigh::lanes, of rows that are kept. `out` points to
  // rows of samples of the format. Several threads may call it at a time.
  virtual void make(std::uint32_t first, std::uint32_t count, std::byte* const* out, Scratch& scratch) const = 0;
  // Return the bytes of one kept row, and those of a Scratch.
  [[nodiscard]] virtual std::uint64_t row_bytes() const = 0;
  [[nodiscard]] virtual std::uint64_t scratch_bytes() const = 0;
  [[nodiscard]] const Axis& rows() const { return rows_; }

 protected:
  explicit Component(Axis rows) : rows_(std::move(rows)) {}
  Axis rows_;
};

// Samples of 8 bits are weighed in integers, all others in floats (weigh.h).
[[nodiscard]] std::unique_ptr<Component> make_component(const PixelFormat& format, const Axis& columns,
                                                        const Axis& rows);

}  // namespace sl::separable
