// Projections of a small picture along many angles.

#include "libcore/pixels/deskew.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "libcore/media/image.h"
#include "libcore/media/sample_type.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"
#include "libcore/pixels/rotate.h"

namespace sl {

namespace {

constexpr double most_degrees = 15;

struct Small {
  std::size_t width = 0, height = 0;
  double aspect = 1;  // width of its pixels by height
  std::vector<float> values;
};

// The sums of squares of samples, less their mean, at most about 800 of them wide and high.
Small small_picture(const Track& track, const Strip& whole) {
  const PixelFormat& format = *track.pixels;
  const int component = convert::model_of(track) == Model::Rgb ? 1 : 0;
  const convert::Component place =
      convert::components_of(format, convert::model_of(track))[static_cast<std::size_t>(component)];
  const std::size_t factor = std::max<std::size_t>(1, std::max(track.width, track.height) / 800);
  Small small;
  small.width = std::max<std::size_t>(1, track.width / factor);
  small.height = std::max<std::size_t>(1, track.height / factor);
  small.aspect = pixel_shape(track);
  small.values.assign(small.width * small.height, 0);
  const Plane& plane = whole.planes[static_cast<std::size_t>(place.plane)];
  with_sample(format, [&]<class T>(T) {
    const auto step = static_cast<std::size_t>(place.step);
    for (std::size_t y = 0; y < small.height * factor && y < track.height; ++y) {
      const T* row = plane.row<T>(static_cast<std::uint32_t>(y)) + place.offset;
      float* out = small.values.data() + y / factor * small.width;
      for (std::size_t x = 0; x < small.width; ++x) {
        for (std::size_t k = x * factor; k < (x + 1) * factor && k < track.width; ++k) {
          out[x] += static_cast<float>(row[k * step]);
        }
      }
    }
  });
  double sum = 0;
  for (const float value : small.values) sum += value;
  const auto mean = static_cast<float>(sum / static_cast<double>(small.values.size()));
  for (float& value : small.values) value -= mean;
  return small;
}

// How much the sums along lines of this angle differ from one to the next.
double contrast(const Small& small, double degrees, std::vector<float>& sums) {
  const double slope = std::tan(degrees * std::numbers::pi / 180) * small.aspect;
  const auto extra = static_cast<std::size_t>(std::ceil(std::abs(slope) * static_cast<double>(small.width))) + 2;
  sums.assign(small.height + 2 * extra, 0);
  for (std::size_t x = 0; x < small.width; ++x) {
    const double shift = -slope * (static_cast<double>(x) - static_cast<double>(small.width) / 2);
    const double low = std::floor(shift);
    const auto part = static_cast<float>(shift - low);
    float* bins = sums.data() + static_cast<std::ptrdiff_t>(extra) + static_cast<std::ptrdiff_t>(low);
    for (std::size_t y = 0; y < small.height; ++y) {
      const float value = small.values[y * small.width + x];
      bins[y] += value * (1 - part);
      bins[y + 1] += value * part;
    }
  }
  double total = 0;
  for (std::size_t i = 0; i + 1 < sums.size(); ++i) {
    const double difference = sums[i + 1] - sums[i];
    total += difference * difference;
  }
  return total;
}

}  // namespace

double skew_of(const Track& track, const Strip& whole) {
  const Small small = small_picture(track, whole);
  std::vector<float> sums;
  double best = 0, most = contrast(small, 0, sums);
  const double flat = most;
  for (double step = 0.5, around = most_degrees, center = 0; step > 0.01; around = step, step /= 5, center = best) {
    for (double degrees = center - around; degrees <= center + around + step / 2; degrees += step) {
      const double value = contrast(small, degrees, sums);
      if (value > most) {
        most = value;
        best = degrees;
      }
    }
  }
  // A picture without lines stays.
  return most > flat * 1.01 ? best : 0;
}

struct Deskewer::State {
  Track from;
  Warper::Settings settings;
  Warper straight;  // for the track
  Image frame;

  State(const Track& track, const Warper::Settings& with)
      : from(track), settings(with), straight(turned(0)), frame(track, "frame", "finding its angle") {}

  [[nodiscard]] Warper turned(double degrees) const {
    const Size size{from.width, from.height};
    return {from, size, std::make_unique<ProjectiveMap>(rotation(size, size, degrees, pixel_shape(from))), settings};
  }
};

Deskewer::Deskewer(const Track& from, const Warper::Settings& settings)
    : state_(std::make_unique<State>(from, settings)) {}
Deskewer::Deskewer(Deskewer&&) noexcept = default;
Deskewer::~Deskewer() = default;

const Track& Deskewer::track() const { return state_->straight.track(); }
const Move& Deskewer::move() const { return state_->straight.move(); }

void Deskewer::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  s.frame.put(strip);
  if (!strip.last) return;
  Strip whole = s.frame.strip();
  whole.last = true;
  const double skew = skew_of(s.from, whole);
  if (skew == 0) return emit(whole);
  Warper warper = s.turned(-skew);
  warper.push(whole, emit);
}

}  // namespace sl
