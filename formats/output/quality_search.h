// The search for the highest quality whose file is not larger than a limit, by few encodings.

#pragma once

#include <cstdint>
#include <optional>

namespace sl {

// Try next() and add() what came of it, until next() returns nothing.
//
// A file grows with its quality much as with a power of the coarseness that libjpeg makes of the quality. Two sizes
// give the exponent, so each try is where the limit is expected. As soon as halving would end in time, a try leaves no
// part that halving could not end, so the last tries find exactly the quality.
class QualitySearch {
 public:
  static constexpr int most = 6;
  // Qualities from `lowest` to `highest` are tried. About `fixed` bytes of each file are the same at all of them.
  QualitySearch(int lowest, int highest, std::uint64_t limit, std::uint64_t fixed = 0);

  [[nodiscard]] std::optional<int> next() const;
  void add(int quality, std::uint64_t bytes);

  struct Try {
    int quality;
    std::uint64_t bytes;
  };
  // The best one that fits, and the lowest one that does not.
  [[nodiscard]] const std::optional<Try>& fits() const { return fits_; }
  [[nodiscard]] const std::optional<Try>& over() const { return over_; }

 private:
  [[nodiscard]] double size(std::uint64_t bytes) const;
  [[nodiscard]] double slope() const;
  [[nodiscard]] int expected(int low, int high) const;

  int lowest_, highest_;
  std::uint64_t limit_, fixed_;
  int tries_ = 0;
  std::optional<Try> fits_, over_, last_, before_last_;
};

}  // namespace sl
