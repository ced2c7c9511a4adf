// How much two pictures of one format differ, sample by sample: PSNR, the worst sample, the number of differing pixels.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/base/rect_rule.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert/rows.h"

namespace sl {

struct Difference {
  double squares = 0;         // sum of the squared differences of all samples, 1 being the largest code (of floats 1.0)
  std::uint64_t samples = 0;  // compared: of all components, those of subsampled chroma once
  std::uint64_t pixels = 0, differing = 0;  // compared; with a sample that differs by more than the tolerance
  double worst = 0;                         // largest difference of a sample, in codes (of floats in their unit)
  std::uint32_t x = 0, y = 0;               // of the first pixel with it
  std::string_view component;               // "red", "luma", "alpha", ...; empty if nothing differs

  // Return the peak signal-to-noise ratio in dB: infinite if nothing differs.
  [[nodiscard]] double psnr() const;
  // Take the samples and pixels of another picture too.
  void add(const Difference& other);
};

class DifferenceMeter {
 public:
  // Gets, for a row of pixels, 1 for those that differ and 0 for the others. The view is valid in the call only.
  using OnRow = std::function<void(std::uint32_t y, std::span<const std::uint8_t> differs)>;

  // For pictures of `track`. Samples that differ by at most `tolerance` codes count as equal in `differing` alone.
  // Pixels inside any of `ignored` are not compared, nor chroma that one of them shares.
  DifferenceMeter(const Track& track, double tolerance, std::vector<Rect> ignored, OnRow on_row = {});
  // Take the same rows of both, from the first row on.
  void add(const Strip& a, const Strip& b);
  [[nodiscard]] const Difference& result() const { return result_; }

 private:
  struct Component {
    convert::Component place;
    std::string_view name;
    std::vector<std::uint8_t> differs;  // of its last row
  };
  void add_row(std::uint32_t y);
  template <class T>
  void add_samples(int component, std::uint32_t y);
  void find_ignored(std::uint32_t y, std::uint32_t rows);

  Track track_;
  double tolerance_;
  std::vector<Rect> ignored_;
  OnRow on_row_;
  convert::InputRows rows_a_, rows_b_;
  convert::RowReader reader_a_, reader_b_;
  std::array<Component, 4> components_;
  std::vector<std::uint8_t> skipped_, differs_;  // a row of pixels
  std::vector<float> distances_;
  bool skips_ = false;
  Difference result_;
};

}  // namespace sl
