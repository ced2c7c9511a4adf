// Row by row, component by component.

#include "libcore/pixels/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "libcore/pixels/channels.h"
#include "libcore/pixels/convert/color.h"

namespace sl {

namespace {

float distance(float a, float b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const float between = std::abs(a - b);
  return std::isnan(between) ? std::numeric_limits<float>::infinity() : between;
}
// Exact: codes are below 2^16.
template <class T>
float distance(T a, T b) {
  return static_cast<float>(std::abs(static_cast<int>(a) - static_cast<int>(b)));
}

}  // namespace

double Difference::psnr() const {
  if (squares == 0) return std::numeric_limits<double>::infinity();
  return -10 * std::log10(squares / static_cast<double>(samples));
}

void Difference::add(const Difference& other) {
  squares += other.squares;
  samples += other.samples;
  pixels += other.pixels;
  differing += other.differing;
  if (other.worst <= worst) return;
  worst = other.worst;
  x = other.x;
  y = other.y;
  component = other.component;
}

DifferenceMeter::DifferenceMeter(const Track& track, double tolerance, std::vector<Rect> ignored, OnRow on_row)
    : track_(track),
      tolerance_(tolerance),
      ignored_(std::move(ignored)),
      on_row_(std::move(on_row)),
      rows_a_(*track.pixels, track.width),
      rows_b_(*track.pixels, track.width),
      reader_a_(*track.pixels, convert::model_of(track), track.width),
      reader_b_(*track.pixels, convert::model_of(track), track.width),
      skipped_(track.width),
      differs_(track.width) {
  const auto places = convert::components_of(*track.pixels, convert::model_of(track));
  for (int c = 0; c < 4; ++c) {
    Component& component = components_[static_cast<std::size_t>(c)];
    component.place = places[static_cast<std::size_t>(c)];
    if (component.place.exists()) component.name = component_name(track, c);
  }
}

void DifferenceMeter::add(const Strip& a, const Strip& b) {
  rows_a_.add(a);
  rows_b_.add(b);
  for (std::uint32_t y = a.first; y < a.first + a.rows; ++y) add_row(y);
}

void DifferenceMeter::add_row(std::uint32_t y) {
  std::ranges::fill(differs_, 0);
  for (int c = 0; c < 4; ++c) {
    Component& component = components_[static_cast<std::size_t>(c)];
    if (!component.place.exists()) continue;
    const int shift_x = component.place.shift_x, shift_y = component.place.shift_y;
    if ((y & ((1U << shift_y) - 1)) == 0) {
      find_ignored(y, 1U << shift_y);
      const Sample sample = track_.pixels->sample;
      if (sample == Sample::U8) add_samples<std::uint8_t>(c, y >> shift_y);
      if (sample == Sample::U16) add_samples<std::uint16_t>(c, y >> shift_y);
      if (sample == Sample::F32) add_samples<float>(c, y >> shift_y);
    }
    const std::uint8_t* differs = component.differs.data();
    for (std::size_t x = 0; x < differs_.size(); ++x) differs_[x] |= differs[x >> shift_x];
  }
  find_ignored(y, 1);
  for (std::size_t x = 0; x < differs_.size(); ++x) {
    if (skips_ && skipped_[x] != 0) {
      differs_[x] = 0;
    } else {
      ++result_.pixels;
      result_.differing += differs_[x];
    }
  }
  if (on_row_) on_row_(y, differs_);
}

// Mark the columns in which a pixel of these rows is ignored.
void DifferenceMeter::find_ignored(std::uint32_t y, std::uint32_t rows) {
  skips_ = false;
  for (const Rect& rect : ignored_) {
    if (std::int64_t{y} + rows <= rect.y || y >= rect.y + rect.height) continue;
    if (!std::exchange(skips_, true)) std::ranges::fill(skipped_, 0);
    const auto inside = [&](std::int64_t x) { return std::clamp<std::int64_t>(x, 0, track_.width); };
    std::fill(skipped_.begin() + inside(rect.x), skipped_.begin() + inside(rect.x + rect.width), 1);
  }
}

template <class T>
void DifferenceMeter::add_samples(int component, std::uint32_t y) {
  Component& own = components_[static_cast<std::size_t>(component)];
  const T* a = reinterpret_cast<const T*>(reader_a_.row(rows_a_, component, y));
  const T* b = reinterpret_cast<const T*>(reader_b_.row(rows_b_, component, y));
  const std::size_t count = reader_a_.width(component);
  distances_.resize(count);
  own.differs.resize(count);
  for (std::size_t x = 0; x < count; ++x) distances_[x] = distance(a[x], b[x]);
  std::uint64_t compared = count;
  if (skips_) {
    const std::size_t pixels = std::size_t{1} << own.place.shift_x;
    for (std::size_t x = 0; x < count; ++x) {
      const auto first = skipped_.begin() + static_cast<std::ptrdiff_t>(x * pixels);
      const auto last = skipped_.begin() + static_cast<std::ptrdiff_t>(std::min((x + 1) * pixels, skipped_.size()));
      if (std::find(first, last, 1) == last) continue;
      distances_[x] = 0;
      --compared;
    }
  }
  const auto tolerance = static_cast<float>(tolerance_);
  const double largest = std::is_same_v<T, float> ? 1.0 : (1 << track_.pixels->bits) - 1;
  double squares = 0;
  float worst = 0;
  for (std::size_t x = 0; x < count; ++x) {
    own.differs[x] = distances_[x] > tolerance;
    squares += double{distances_[x]} * distances_[x];
    worst = std::max(worst, distances_[x]);
  }
  result_.squares += squares / (largest * largest);
  result_.samples += compared;
  if (worst <= result_.worst) return;
  const auto place = std::ranges::find(distances_, worst) - distances_.begin();
  result_.worst = worst;
  result_.x = static_cast<std::uint32_t>(place) << own.place.shift_x;
  result_.y = y << own.place.shift_y;
  result_.component = own.name;
}

}  // namespace sl
