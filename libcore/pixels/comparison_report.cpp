// Lines of text.

#include "libcore/pixels/comparison_report.h"

#include <array>
#include <cstdio>
#include <utility>

namespace sl {

void ComparisonReport::add(const Comparison& pair) {
  equal_ = equal_ && pair.equal();
  if (pairs_ == 0) {
    first_ = line_of(pair);
  } else {
    if (pairs_ == 1) text_ += "0: " + std::exchange(first_, {});
    text_ += std::to_string(pairs_) + ": " + line_of(pair);
  }
  ++pairs_;
  all_.samples.add(pair.samples);
  all_.same_size = all_.same_size && pair.same_size;
  all_.same_colors = all_.same_colors && pair.same_colors;
  ssim_sum_ += pair.ssim.value_or(0);
  all_.ssim = ssim_sum_ / static_cast<double>(pairs_);
}

void ComparisonReport::add_missing(const std::string& title) {
  equal_ = false;
  if (!std::exchange(missing_, true) && !count_) {
    text_ += std::exchange(first_, {}) + title + " has only " + std::to_string(pairs_) +
             (pairs_ == 1 ? " picture\n" : " pictures\n");
  }
}

std::string ComparisonReport::take_text() { return std::exchange(text_, {}); }

std::string ComparisonReport::end() {
  text_ += std::exchange(first_, {});
  if (pairs_ > 1) text_ += "all: " + line_of(all_);
  return take_text();
}

std::string ComparisonReport::line_of(const Comparison& pair) const {
  const Difference& difference = pair.samples;
  if (!pair.same_size) return "other size\n";
  if (count_) return std::to_string(difference.differing) + "\n";
  std::array<char, 200> text{};
  const int length = std::snprintf(text.data(), text.size(), "psnr %.2f dB, ssim %.5f, worst %g", difference.psnr(),
                                   pair.ssim.value_or(1), difference.worst);
  std::string line(text.data(), static_cast<std::size_t>(length));
  if (!difference.component.empty()) {
    line += " (" + std::string(difference.component) + ") at " + std::to_string(difference.x) + "," +
            std::to_string(difference.y);
  }
  return line + ", " + std::to_string(difference.differing) + " of " + std::to_string(difference.pixels) +
         " pixels differ" + (pair.same_colors ? "\n" : " (in codes: primaries or transfer functions differ)\n");
}

}  // namespace sl
