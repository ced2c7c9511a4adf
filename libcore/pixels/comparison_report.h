// The text of comparisons: a line for each pair of pictures, and one for all of them.

#pragma once

#include <cstddef>
#include <string>

#include "libcore/pixels/comparison.h"

namespace sl {

class ComparisonReport {
 public:
  // `count`: print the number of differing pixels alone.
  explicit ComparisonReport(bool count) : count_(count) {}

  void add(const Comparison& pair);
  // An input has fewer pictures; `title` names it.
  void add_missing(const std::string& title);
  // Return, once, the complete lines: "psnr 38.21 dB, ssim 0.98123, worst 23 (green) at 103,55, 12 of 9800 pixels
  // differ". If several pictures come, each line begins with the number of the pair, from 0 on.
  [[nodiscard]] std::string take_text();
  // The same after the last pair, with a line for all if there were several.
  [[nodiscard]] std::string end();

  [[nodiscard]] bool equal() const { return equal_; }

 private:
  [[nodiscard]] std::string line_of(const Comparison& pair) const;

  bool count_, equal_ = true, missing_ = false;
  std::size_t pairs_ = 0;
  std::string text_, first_;  // first_: the first line waits for the second one, which gives it a number
  Comparison all_;
  double ssim_sum_ = 0;
};

}  // namespace sl
