// Exact turns where they suffice.

#include "libcore/pixels/rotate.h"

#include <array>

#include "libcore/base/angle_text.h"
#include "libcore/pixels/mover.h"

namespace sl {

double pixel_shape(const Track& track) {
  const Rational& shape = track.sample_aspect;
  return shape.num > 0 && shape.den > 0 ? static_cast<double>(shape.num) / static_cast<double>(shape.den) : 1;
}

std::unique_ptr<GeometryStep> rotator(const Track& from, double degrees, RotatedSize size,
                                      const Warper::Settings& settings) {
  constexpr std::array upright{1, 6, 3, 8};  // EXIF's orientations that are quarter turns
  const int quarters = Angle{degrees}.quarters();
  const bool square = quarters == 0 || quarters == 2 || from.width == from.height;
  if (quarters >= 0 && (size == RotatedSize::Grow || square)) {
    return std::make_unique<Mover>(from, turn_by(from, turn_of(upright.at(static_cast<std::size_t>(quarters)))));
  }
  // A mirrored picture turns the other way.
  const Turn turn = turn_of(from.orientation);
  const bool mirrored = (turn.mirror_x != turn.mirror_y) != turn.swap;
  const double stored = mirrored ? -degrees : degrees, shape = pixel_shape(from);
  const Size whole{from.width, from.height};
  const Size to = size == RotatedSize::Grow   ? rotated_size(whole, stored, shape)
                  : size == RotatedSize::Keep ? whole
                                              : inner_size(whole, stored, shape);
  return std::make_unique<Warper>(from, to, std::make_unique<ProjectiveMap>(rotation(whole, to, stored, shape)),
                                  settings);
}

}  // namespace sl
