// Weights of chroma resampling, and its loops over columns.

#include "libcore/pixels/convert/chroma.h"

#include <algorithm>
#include <cmath>

#include "libcore/pixels/kernels.h"

namespace sl::convert {

namespace {

// Rows of one field, or of the frame: row i is row i * step + first of the frame.
struct Lines {
  std::uint32_t first, step, count;
  [[nodiscard]] std::uint32_t at(std::int64_t i) const {
    return first + step * static_cast<std::uint32_t>(std::clamp<std::int64_t>(i, 0, std::int64_t{count} - 1));
  }
};

// The lines of the field that row `y` belongs to; a field without any takes the other's.
Lines lines_with(std::uint32_t y, std::uint32_t rows, bool interlaced) {
  if (!interlaced) return {0, 1, rows};
  const std::uint32_t field = rows > 1 ? y & 1 : 0;
  return {field, 2, (rows + 1 - field) / 2};
}

// The position of chroma line 0, in picture lines.
double offset_of(const ChromaRows& rows, std::uint32_t field) {
  if (rows.on_luma) return 0;
  if (rows.interlaced && rows.shift == 1) return field == 0 ? 0.25 : 0.75;
  return ((1 << rows.shift) - 1) / 2.0;
}

// Weights known to the compiler make this a vector loop.
template <int Factor, bool OnLuma>
void narrow(const float* __restrict in, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    float sum = 0;
    for (int k = OnLuma ? 1 - Factor : 0; k < Factor; ++k) {
      const int weight = OnLuma ? Factor - (k < 0 ? -k : k) : 1;
      sum += in[static_cast<std::ptrdiff_t>(i) * Factor + k] * static_cast<float>(weight);
    }
    out[i] = sum / (OnLuma ? Factor * Factor : Factor);
  }
}

}  // namespace

Taps ChromaRows::up(std::uint32_t y) const {
  Taps taps;
  if (shift == 0) {
    taps.count = 1;
    taps.row[0] = y;
    taps.weight[0] = 1;
    return taps;
  }
  const std::uint32_t line = interlaced ? y >> 1 : y, field = interlaced ? y & 1 : 0;
  const Lines chroma = lines_with(y, chroma_height(), interlaced);
  const double place = (line - offset_of(*this, field)) / (1 << shift);
  const double below = std::floor(place);
  const auto i = static_cast<std::int64_t>(below);
  taps.row[0] = chroma.at(i);
  taps.row[1] = chroma.at(i + 1);
  taps.weight[1] = static_cast<float>(place - below);
  taps.weight[0] = 1 - taps.weight[1];
  taps.count = taps.weight[1] == 0 || taps.row[0] == taps.row[1] ? 1 : 2;
  if (taps.count == 1) taps.weight[0] = 1;
  return taps;
}

Taps ChromaRows::down(std::uint32_t j) const {
  Taps taps;
  const int factor = 1 << shift;
  const std::uint32_t chroma_line = interlaced ? j >> 1 : j, field = interlaced ? j & 1 : 0;
  const Lines picture = lines_with(j, height, interlaced);
  const auto first = static_cast<std::int64_t>(chroma_line) * factor;
  const auto tap = [&](std::int64_t line, double weight) {
    taps.row[taps.count] = picture.at(line);
    taps.weight[taps.count] = static_cast<float>(weight);
    ++taps.count;
  };
  if (shift == 0) {
    taps.count = 1;
    taps.row[0] = j;
    taps.weight[0] = 1;
  } else if (on_luma) {
    for (int k = 1 - factor; k < factor; ++k) tap(first + k, double(factor - std::abs(k)) / (factor * factor));
  } else if (interlaced && shift == 1) {
    tap(first, field == 0 ? 0.75 : 0.25);
    tap(first + 1, field == 0 ? 0.25 : 0.75);
  } else {
    for (int k = 0; k < factor; ++k) tap(first + k, 1.0 / factor);
  }
  return taps;
}

void ChromaColumns::up(float* in, float* out) const {
  const std::size_t count = chroma_width();
  in[-1] = in[0];
  in[count] = in[count - 1];
  if (shift_ == 1) {
    on_luma_ ? kernels::double_on_sample(in, count, out) : kernels::double_between(in, count, out);
    return;
  }
  const int factor = 1 << shift_;
  for (int phase = 0; phase < factor; ++phase) {
    const double place = (phase - (on_luma_ ? 0 : (factor - 1) / 2.0)) / factor;
    const int step = place < 0 ? -1 : 0;
    const auto right = static_cast<float>(place - step);
    for (std::size_t i = 0; i < count; ++i) {
      const float* pair = in + i + step;
      out[i * static_cast<std::size_t>(factor) + static_cast<std::size_t>(phase)] =
          pair[0] * (1 - right) + pair[1] * right;
    }
  }
}

void ChromaColumns::down(float* in, float* out) const {
  std::fill(in - margin, in, in[0]);
  std::fill(in + width_, in + width_ + margin, in[width_ - 1]);
  const std::size_t count = chroma_width();
  switch (shift_) {
    case 1:
      return on_luma_ ? narrow<2, true>(in, count, out) : narrow<2, false>(in, count, out);
    case 2:
      return on_luma_ ? narrow<4, true>(in, count, out) : narrow<4, false>(in, count, out);
    default:
      std::copy_n(in, count, out);
  }
}

}  // namespace sl::convert
