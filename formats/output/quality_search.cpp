// Interpolation, with a way back to halving.

#include "formats/output/quality_search.h"

#include <algorithm>
#include <cmath>

namespace sl {

namespace {

constexpr int usual = 75;
constexpr double usual_slope = 0.6;  // of photographs as JPEG
constexpr double caution = 0.1;      // a bound on the other side is worth more than a try near the limit

// How fine a quality is, as a logarithm: libjpeg's scale of its tables. 3 stands for what is coarse at quality 100.
double fineness(int quality) {
  const double scale = quality < 50 ? 5000.0 / std::max(quality, 1) : 200.0 - 2 * quality;
  return -std::log(scale + 3) + (quality == 0 ? -1 : 0);
}

}  // namespace

QualitySearch::QualitySearch(int lowest, int highest, std::uint64_t limit, std::uint64_t fixed)
    : lowest_(lowest), highest_(highest), limit_(limit), fixed_(fixed) {}

std::optional<int> QualitySearch::next() const {
  const int left = most - tries_;
  const int low = fits_ ? fits_->quality : lowest_ - 1, high = over_ ? over_->quality : highest_ + 1;
  if (left == 0 || high - low <= 1) return std::nullopt;
  if (tries_ == 0) return std::min(usual, highest_);
  if (left == 1 && !fits_) return lowest_;
  int quality = std::clamp(expected(low, high), low + 1, high - 1);
  const int room = 1 << (left - 1);
  if (high - low <= 2 * room) quality = std::clamp(quality, high - room, low + room);
  return quality;
}

void QualitySearch::add(int quality, std::uint64_t bytes) {
  ++tries_;
  before_last_ = last_;
  last_ = Try{quality, bytes};
  (bytes <= limit_ ? fits_ : over_) = Try{quality, bytes};
}

// Return the logarithm of what depends on the quality.
double QualitySearch::size(std::uint64_t bytes) const {
  return std::log(bytes > fixed_ ? static_cast<double>(bytes - fixed_) : 1.0);
}

// Return how the size grows with fineness, by the two nearest tries on both sides or by the last two.
double QualitySearch::slope() const {
  const auto &a = fits_ && over_ ? fits_ : before_last_, &b = fits_ && over_ ? over_ : last_;
  if (!a || a->quality == b->quality) return usual_slope;
  return std::clamp((size(b->bytes) - size(a->bytes)) / (fineness(b->quality) - fineness(a->quality)), 0.1, 3.0);
}

// Return the highest quality below `high` that is expected to fit.
int QualitySearch::expected(int low, int high) const {
  const Try& known = fits_ ? *fits_ : *over_;
  const double aim = size(limit_) - (fits_ ? 0 : caution);
  const double wanted = fineness(known.quality) + (aim - size(known.bytes)) / slope();
  int quality = high - 1;
  while (quality > low + 1 && fineness(quality) > wanted) --quality;
  return quality;
}

}  // namespace sl
