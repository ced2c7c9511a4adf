// Taking EXIF apart.

#include "formats/metadata/picture_metadata.h"

#include <algorithm>

#include "formats/metadata/exif_fields.h"
#include "formats/metadata/orientation.h"
#include "formats/picture.h"
#include "libcore/wire/wire.h"

namespace sl {

void take_metadata(Picture& picture, bool orient, const LeftOut& left_out) {
  if (orient) take_orientation(picture);
  const auto exif = std::ranges::find(picture.attachments, "exif", &Attachment::name);
  if (exif == picture.attachments.end()) return;
  if (!density_of(picture.track)) {
    if (const auto density = exif_density(exif->bytes)) set_density(picture.track, density);
  }
  const auto thumbnail = take_exif_thumbnail(exif->bytes);
  if (!thumbnail) return;
  if (thumbnail->empty()) {
    left_out("the thumbnail in EXIF", "it is no JPEG");
  } else {
    picture.attachments.push_back({std::string(thumbnail_name), *thumbnail, wire::tied_to_pixels});
  }
}

}  // namespace sl
