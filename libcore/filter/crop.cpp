// Rectangles of whole pictures. A decoder may have left out the rest.

#include "libcore/filter/crop.h"

#include "libcore/base/error.h"
#include "libcore/media/density.h"
#include "libcore/media/reduced.h"

namespace sl {

Mover crop(Track track, const RectRule& rule, std::optional<Gravity> gravity) {
  const Size size = whole_size(track);
  const auto part = part_inside(rule.at(pixels_per_mm(track)).in(size, gravity), size);
  if (!part) {
    throw Error(Status::Usage,
                "RECTANGLE " + rule.text() + " lies outside of the picture, which is " + size_text(size));
  }
  const Rect place = part_of_reduced(track, *part);
  set_reduced(track, std::nullopt);
  return {track, crop_to(track, place)};
}

std::vector<std::string> crop_options(const RectRule& rule, std::optional<Gravity> gravity) {
  std::vector<std::string> options{"--for-part=" + rule.text()};
  if (gravity) options.push_back("--for-gravity=" + std::string(name_of(*gravity, gravity_names)));
  return options;
}

}  // namespace sl
