// The loops of residuals.h. Those that the compiler makes fast are compiled for AVX2 too.
//
// The difference to the sample above is used most: on film, with and without noise, it is as small as the one to the
// left, and is undone by additions of whole rows instead of a chain through each row.

#include "libcore/packing/residuals.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "libcore/pixels/clones.h"

namespace sl::packing {

namespace {

template <class T>
using Signed = std::make_signed_t<T>;

template <class T>
void subtract_left(const T* in, std::size_t width, T first, T* out) {
  out[0] = static_cast<T>(in[0] - first);
  for (std::size_t x = 1; x < width; ++x) out[x] = static_cast<T>(in[x] - in[x - 1]);
}

template <class T>
void add_left(T* row, std::size_t width, T left) {
  for (std::size_t x = 0; x < width; ++x) row[x] = left = static_cast<T>(row[x] + left);
}

template <class T>
void subtract_row(const T* in, const T* above, std::size_t width, T* out) {
  for (std::size_t x = 0; x < width; ++x) out[x] = static_cast<T>(in[x] - above[x]);
}

template <class T>
void add_row(T* row, const T* above, std::size_t width) {
  for (std::size_t x = 0; x < width; ++x) row[x] = static_cast<T>(row[x] + above[x]);
}

template <class T>
void subtract_plane(const T* in, const T* above, std::size_t width, T* out) {
  out[0] = static_cast<T>(in[0] - above[0]);
  for (std::size_t x = 1; x < width; ++x) out[x] = static_cast<T>(in[x] - in[x - 1] - above[x] + above[x - 1]);
}

// Row `y` of the differences.
template <class T>
void subtract_from(Predictor predictor, const Samples<const T>& in, std::uint32_t y, T* out) {
  const T* const row = in.data + y * in.width;
  const T* const above = y == 0 ? nullptr : row - in.width;
  switch (predictor) {
    case Predictor::None:
      std::copy_n(row, in.width, out);
      return;
    case Predictor::Left:
      return subtract_left(row, in.width, y == 0 ? T{0} : above[0], out);
    case Predictor::Above:
      return y == 0 ? subtract_left(row, in.width, T{0}, out) : subtract_row(row, above, in.width, out);
    case Predictor::Plane:
      return y == 0 ? subtract_left(row, in.width, T{0}, out) : subtract_plane(row, above, in.width, out);
    case Predictor::Line:
      for (std::size_t x = 0; x < in.width; ++x) {
        const T one = y < 1 ? T{0} : above[x], two = y < 2 ? T{0} : above[static_cast<std::ptrdiff_t>(x - in.width)];
        out[x] = static_cast<T>(row[x] - 2 * one + two);
      }
      return;
  }
}

template <class T>
void add_to(Predictor predictor, const Samples<T>& in, std::uint32_t y) {
  T* const row = in.data + y * in.width;
  const T* const above = y == 0 ? nullptr : row - in.width;
  switch (predictor) {
    case Predictor::None:
      return;
    case Predictor::Left:
      return add_left(row, in.width, y == 0 ? T{0} : above[0]);
    case Predictor::Above:
      return y == 0 ? add_left(row, in.width, T{0}) : add_row(row, above, in.width);
    case Predictor::Plane:
      if (y == 0) return add_left(row, in.width, T{0});
      add_left(row, in.width, T{0});
      return add_row(row, above, in.width);
    case Predictor::Line:
      for (std::size_t x = 0; x < in.width; ++x) {
        const T one = y < 1 ? T{0} : above[x], two = y < 2 ? T{0} : above[static_cast<std::ptrdiff_t>(x - in.width)];
        row[x] = static_cast<T>(row[x] + 2 * one - two);
      }
      return;
  }
}

// Of integers the sum of sizes; of floats, whose bits have no size, the sum of their numbers of bits.
template <class T>
std::uint64_t cost(const T* differences, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t x = 0; x < count; ++x) {
    const T size = std::min(differences[x], static_cast<T>(-differences[x]));
    if constexpr (sizeof(T) == 4) {
      sum += static_cast<std::uint64_t>(std::bit_width(size));
    } else {
      sum += size;
    }
  }
  return sum;
}

template <class T>
T fold(T difference) {
  constexpr int sign = std::numeric_limits<T>::digits - 1;
  return static_cast<T>((difference << 1) ^ static_cast<T>(static_cast<Signed<T>>(difference) >> sign));
}

template <class T>
T unfold(T number) {
  return static_cast<T>((number >> 1) ^ static_cast<T>(-(number & 1)));
}

template <std::size_t lanes, class T>
void split_some(const T* __restrict in, std::size_t pixels, T* __restrict out) {
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) out[lane * pixels + i] = in[i * lanes + lane];
  }
}

template <std::size_t lanes, class T>
void join_some(const T* __restrict in, std::size_t pixels, T* __restrict out) {
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) out[i * lanes + lane] = in[lane * pixels + i];
  }
}

}  // namespace

template <class T>
void Residuals<T>::subtract_prediction(Predictor predictor, const Samples<const T>& in, T* out) {
  run_for_cpu([&] {
    for (std::uint32_t y = 0; y < in.rows; ++y) subtract_from(predictor, in, y, out + y * in.width);
  });
}

template <class T>
void Residuals<T>::add_prediction(Predictor predictor, const Samples<T>& differences) {
  run_for_cpu([&] {
    for (std::uint32_t y = 0; y < differences.rows; ++y) add_to(predictor, differences, y);
  });
}

template <class T>
Predictor Residuals<T>::choose_predictor(const Samples<const T>& in, bool sound) {
  constexpr std::size_t piece = 4096;  // samples of a row that are looked at
  constexpr std::array of_pictures{Predictor::Above, Predictor::Left, Predictor::Plane};
  constexpr std::array of_sound{Predictor::Above, Predictor::Line, Predictor::None};
  if (in.rows < 2) return sound ? Predictor::None : Predictor::Left;
  // Some rows of a picture, many of sound, whose rows are a few samples long.
  const std::uint32_t looks = sound ? static_cast<std::uint32_t>(std::max<std::size_t>(1, 2 * piece / in.width)) : 6;
  const std::uint32_t step = std::max(1U, in.rows / looks);
  std::array<std::uint64_t, 3> costs{};
  run_for_cpu([&] {
    std::array<T, piece> out;
    for (std::uint32_t y = std::min(in.rows - 1, 2U); y < in.rows; y += step) {
      const std::size_t width = std::min(in.width, piece);
      for (std::size_t i = 0; i < costs.size(); ++i) {
        const Predictor predictor = sound ? of_sound[i] : of_pictures[i];
        if (width == in.width) {
          subtract_from(predictor, in, y, out.data());
        } else {  // the beginning of wide rows: the same arithmetic on two narrow ones
          const T *row = in.data + y * in.width, *above = row - in.width;
          if (predictor == Predictor::Left) subtract_left(row, width, T{0}, out.data());
          if (predictor == Predictor::Above) subtract_row(row, above, width, out.data());
          if (predictor == Predictor::Plane) subtract_plane(row, above, width, out.data());
          if (predictor == Predictor::None || predictor == Predictor::Line) std::copy_n(row, width, out.data());
        }
        costs[i] += cost(out.data(), width);
      }
    }
  });
  const auto best = static_cast<std::size_t>(std::ranges::min_element(costs) - costs.begin());
  return sound ? of_sound[best] : of_pictures[best];
}

template <class T>
void Residuals<T>::split_lanes(const T* in, std::size_t count, std::size_t lanes, T* out) {
  run_for_cpu([&] {
    if (lanes == 2) split_some<2>(in, count / 2, out);
    if (lanes == 3) split_some<3>(in, count / 3, out);
    if (lanes == 4) split_some<4>(in, count / 4, out);
  });
}

template <class T>
void Residuals<T>::join_lanes(const T* in, std::size_t count, std::size_t lanes, T* out) {
  run_for_cpu([&] {
    if (lanes == 2) join_some<2>(in, count / 2, out);
    if (lanes == 3) join_some<3>(in, count / 3, out);
    if (lanes == 4) join_some<4>(in, count / 4, out);
  });
}

template <class T>
void Residuals<T>::subtract(T* a, const T* b, std::size_t count) {
  run_for_cpu([&] {
    for (std::size_t i = 0; i < count; ++i) a[i] = static_cast<T>(a[i] - b[i]);
  });
}

template <class T>
void Residuals<T>::add(T* a, const T* b, std::size_t count) {
  run_for_cpu([&] {
    for (std::size_t i = 0; i < count; ++i) a[i] = static_cast<T>(a[i] + b[i]);
  });
}

template <class T>
bool Residuals<T>::is_smaller_less(const T* a, const T* b, std::size_t count) {
  constexpr std::size_t piece = 1024, pieces = 4;
  std::uint64_t own = 0, less = 0;
  run_for_cpu([&] {
    std::array<T, piece> out;
    for (std::size_t i = 0; i < pieces; ++i) {
      const std::size_t length = std::min(piece, count), start = (count - length) * i / (pieces - 1);
      own += cost(a + start, length);
      subtract_row(a + start, b + start, length, out.data());
      less += cost(out.data(), length);
    }
  });
  return less < own;
}

template <class T>
void Residuals<T>::split_bytes(const T* in, std::size_t count, std::uint8_t* out) {
  run_for_cpu([&] {
    for (std::size_t byte = 0; byte < sizeof(T); ++byte) {
      std::uint8_t* const plane = out + byte * count;
      for (std::size_t i = 0; i < count; ++i) plane[i] = static_cast<std::uint8_t>(fold(in[i]) >> 8 * byte);
    }
  });
}

template <class T>
void Residuals<T>::join_bytes(const std::uint8_t* in, std::size_t count, T* out) {
  run_for_cpu([&] {
    for (std::size_t i = 0; i < count; ++i) {
      T number = 0;
      for (std::size_t byte = 0; byte < sizeof(T); ++byte) {
        number = static_cast<T>(number | static_cast<T>(static_cast<T>(in[byte * count + i]) << 8 * byte));
      }
      out[i] = unfold(number);
    }
  });
}

template struct Residuals<std::uint8_t>;
template struct Residuals<std::uint16_t>;
template struct Residuals<std::uint32_t>;

}  // namespace sl::packing
