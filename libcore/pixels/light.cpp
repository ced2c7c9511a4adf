// Into light and back, row by row.

#include "libcore/pixels/light.h"

#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

// Call function(row, alpha, count) for each row of each colour; `alpha` is null if it does not weight.
template <class Function>
void each_row(const Strip& strip, bool weighted, Function function) {
  const int colours = strip.format->planes - (strip.format->alpha ? 1 : 0);
  for (int p = 0; p < colours; ++p) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      function(plane.row<float>(y), weighted ? strip.planes[3].row<float>(y) : nullptr, plane.width);
    }
  }
}

Track of_size(Track track, const Track& size) {
  track.width = size.width;
  track.height = size.height;
  return track;
}

}  // namespace

Light::Light(const Track& from, const Track& to, bool linear) : weighted_(from.pixels->alpha) {
  if (linear) transfer_.emplace(from.color.transfer);
  const Track known = working(from, WorkingSpace::Decided), known_to = of_size(known, to);
  floats_ = working(known, WorkingSpace::FloatPlanes);
  floats_to_ = of_size(floats_, to);
  into_floats_.emplace(known, floats_);
  out_of_floats_.emplace(floats_to_, known_to);
}

void Light::enter(const Strip& strip, const Emit& emit) {
  into_floats_->push(strip, [&](const Strip& floats) {
    to_light(floats);
    emit(floats);
  });
}

void Light::leave(const Strip& strip, const Emit& emit) {
  from_light(strip);
  out_of_floats_->push(strip, emit);
}

void Light::to_light(const Strip& strip) const {
  each_row(strip, weighted_, [this](float* row, const float* alpha, std::size_t count) {
    if (transfer_) transfer_->to_light(row, count);
    if (alpha == nullptr) return;
    for (std::size_t x = 0; x < count; ++x) row[x] *= alpha[x];
  });
}

void Light::from_light(const Strip& strip) const {
  each_row(strip, weighted_, [this](float* row, const float* alpha, std::size_t count) {
    if (alpha != nullptr) {
      for (std::size_t x = 0; x < count; ++x) row[x] = alpha[x] > 0 ? row[x] / alpha[x] : 0;
    }
    if (transfer_) transfer_->from_light(row, count);
  });
}

}  // namespace sl
