// One component of a picture in the separable engine: rows go in, output rows are made of those that are kept.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "libcore/media/pixel_format.h"
#include "libcore/pixels/axis.h"
#include "libcore/pixels/weighted_rows.h"

namespace sl::separable {

class Component {
 public:
  virtual ~Component() = default;
  // The output rows, and the input rows that they are made of.
  [[nodiscard]] virtual const Axis& rows() const = 0;
  // Return how many more input rows than rows() reaches must be loaded, before rows can be made.
  [[nodiscard]] virtual std::uint32_t delay() const { return 0; }
  // Make room for the last `rows` input rows. Return its bytes; with `measure`, return them and take no memory.
  virtual std::uint64_t reserve(std::uint32_t rows, bool measure) = 0;
  // Take input row `y`, in samples of the format, side by side.
  virtual void load(std::uint32_t y, const std::byte* row) = 0;
  // Make the output rows `first` to `first + count - 1`, at most weigh::lanes. `out` points to rows of samples of the
  // format. Several threads may do so at a time.
  virtual void make(std::uint32_t first, std::uint32_t count, std::byte* const* out, Scratch& scratch) const = 0;
  [[nodiscard]] virtual std::uint64_t scratch_bytes() const = 0;
};

// Samples of 8 bits are weighed in integers, all others in floats (weigh.h).
[[nodiscard]] std::unique_ptr<Component> make_component(const PixelFormat& format, const Axis& columns,
                                                        const Axis& rows);

// Put a row of samples of the format into the ring, and make rows of such samples.
void load_samples(const PixelFormat& format, std::uint32_t y, const std::byte* row, WeightedRows<std::int16_t>& rows);
void load_samples(const PixelFormat& format, std::uint32_t y, const std::byte* row, WeightedRows<float>& rows);
void make_samples(const PixelFormat& format, const WeightedRows<std::int16_t>& rows, std::uint32_t first,
                  std::uint32_t count, std::byte* const* out, Scratch& scratch);
void make_samples(const PixelFormat& format, const WeightedRows<float>& rows, std::uint32_t first, std::uint32_t count,
                  std::byte* const* out, Scratch& scratch);

}  // namespace sl::separable
