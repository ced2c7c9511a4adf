// Resampling of chroma by its siting: which rows and columns of chroma make a sample at full size, and back.
//
// Up is linear between the two nearest samples, by their true places. Down is the box of the samples that a
// centred chroma sample covers, or the triangle as wide as that if it lies on a luma sample. Beyond an edge,
// the sample at it is repeated. In interlaced frames each field has its own chroma rows, a quarter of a field row off
// the frame's.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sl::convert {

struct Taps {
  std::size_t count = 0;
  std::array<std::uint32_t, 8> row{};
  std::array<float, 8> weight{};
};

// The rows of a picture and of its chroma.
struct ChromaRows {
  int shift = 0;
  bool on_luma = false;  // chroma rows lie on luma rows (topleft), not between them
  bool interlaced = false;
  std::uint32_t height = 0;  // of the picture

  // The chroma rows that make chroma for row `y`: one or two.
  [[nodiscard]] Taps up(std::uint32_t y) const;
  // The rows that make chroma row `j`.
  [[nodiscard]] Taps down(std::uint32_t j) const;
  [[nodiscard]] std::uint32_t chroma_height() const { return (height + (1U << shift) - 1) >> shift; }
};

// The columns: rows of floats from one width to the other.
class ChromaColumns {
 public:
  ChromaColumns(int shift, bool on_luma, std::uint32_t width) : shift_(shift), on_luma_(on_luma), width_(width) {}
  // Samples to keep free before and after a row that is handed to up() or down().
  static constexpr std::size_t margin = 8;
  [[nodiscard]] int shift() const { return shift_; }
  [[nodiscard]] std::size_t chroma_width() const { return (std::size_t{width_} + (1U << shift_) - 1) >> shift_; }
  // From chroma_width() samples to `width`; writes up to `margin` more. Margins of `in` are overwritten.
  void up(float* in, float* out) const;
  // From `width` samples to chroma_width(). Margins of `in` are overwritten.
  void down(float* in, float* out) const;

 private:
  int shift_;
  bool on_luma_;
  std::uint32_t width_;
};

// Memory for a row with its margins.
class PaddedRow {
 public:
  explicit PaddedRow(std::size_t width) : samples_(width + 2 * ChromaColumns::margin) {}
  [[nodiscard]] float* data() { return samples_.data() + ChromaColumns::margin; }

 private:
  std::vector<float> samples_;
};

}  // namespace sl::convert
