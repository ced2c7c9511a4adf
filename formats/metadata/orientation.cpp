// Between EXIF, XMP and the track.

#include "formats/metadata/orientation.h"

#include <algorithm>

#include "formats/metadata/exif.h"
#include "formats/metadata/xmp.h"
#include "formats/picture.h"

namespace sl {

void take_orientation(Picture& picture) {
  const auto exif = std::ranges::find(picture.attachments, "exif", &Attachment::name);
  if (exif == picture.attachments.end()) return;
  const std::optional<int> orientation = exif_orientation(exif->bytes);
  if (!orientation) return;
  if (picture.track.orientation == 1) picture.track.orientation = *orientation;
  put_orientation(picture.attachments, 1);
}

void put_orientation(std::vector<Attachment>& attachments, int orientation) {
  bool has_exif = false;
  for (Attachment& attachment : attachments) {
    if (attachment.name == "xmp") set_xmp_orientation(attachment.bytes, orientation);
    if (attachment.name != "exif") continue;
    attachment.bytes = exif_with_orientation(attachment.bytes, orientation);
    has_exif = true;
  }
  if (!has_exif && orientation != 1) attachments.push_back({"exif", exif_with_orientation({}, orientation), 0});
}

}  // namespace sl
