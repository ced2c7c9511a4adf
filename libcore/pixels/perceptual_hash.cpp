// Means by exact areas, then the transform of the few frequencies that count.

#include "libcore/pixels/perceptual_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

namespace sl {

namespace {

constexpr std::size_t cells = 32, bits = 64;

// Call `use` with each cell that the sample `at` of `count` lies in, and the part of the cell that it covers.
template <class Use>
void each_cell(std::uint32_t at, std::uint32_t count, const Use& use) {
  const double scale = static_cast<double>(cells) / count, begin = at * scale, end = (at + 1.0) * scale;
  for (auto cell = static_cast<std::size_t>(begin); cell < cells && static_cast<double>(cell) < end; ++cell) {
    const auto start = static_cast<double>(cell);
    const double part = std::min(end, start + 1) - std::max(begin, start);
    if (part > 0) use(cell, part);
  }
}

// Frequencies in zigzag order, without the mean.
std::array<std::array<std::size_t, 2>, bits> lowest_frequencies() {
  std::array<std::array<std::size_t, 2>, bits> order{};
  std::size_t count = 0;
  for (std::size_t sum = 1; count < bits; ++sum) {
    for (std::size_t i = 0; i <= sum && count < bits; ++i) {
      order[count++] = sum % 2 == 1 ? std::array{i, sum - i} : std::array{sum - i, i};
    }
  }
  return order;
}

}  // namespace

PerceptualHash::PerceptualHash(std::uint32_t width, std::uint32_t height)
    : width_(width), height_(height), cells_(cells * cells) {}

void PerceptualHash::add(const float* row) {
  std::array<double, cells> across{};
  if (width_ % cells == 0) {
    const std::uint32_t step = width_ / cells;
    for (std::size_t cell = 0; cell < cells; ++cell) {
      float sum = 0;
      for (std::uint32_t x = 0; x < step; ++x) sum += row[cell * step + x];
      across[cell] = static_cast<double>(sum) / step;
    }
  } else {
    for (std::uint32_t x = 0; x < width_; ++x) {
      each_cell(x, width_, [&](std::size_t cell, double part) { across[cell] += part * static_cast<double>(row[x]); });
    }
  }
  each_cell(row_++, height_, [&](std::size_t cell, double part) {
    for (std::size_t x = 0; x < cells; ++x) cells_[cell * cells + x] += part * across[x];
  });
}

std::uint64_t PerceptualHash::value() const {
  static const auto order = lowest_frequencies();
  std::array<double, bits> found{};
  for (std::size_t i = 0; i < bits; ++i) {
    const auto [u, v] = order[i];
    const auto wave = [](std::size_t frequency, std::size_t at) {
      return std::cos(std::numbers::pi * static_cast<double>(frequency) * (static_cast<double>(at) + 0.5) / cells);
    };
    std::array<double, cells> horizontal{};
    for (std::size_t x = 0; x < cells; ++x) horizontal[x] = wave(u, x);
    for (std::size_t y = 0; y < cells; ++y) {
      double sum = 0;
      for (std::size_t x = 0; x < cells; ++x) sum += cells_[y * cells + x] * horizontal[x];
      found[i] += sum * wave(v, y);
    }
  }
  auto sorted = found;
  std::ranges::nth_element(sorted, sorted.begin() + bits / 2);
  std::uint64_t hash = 0;
  for (const double value : found) hash = hash << 1 | (value >= sorted[bits / 2] ? 1U : 0U);
  return hash;
}

int bits_apart(std::uint64_t a, std::uint64_t b) { return std::popcount(a ^ b); }

}  // namespace sl
