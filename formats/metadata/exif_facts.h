// What an EXIF blob says about the shot: when, with which camera, where. Specification: CIPA DC-008 (Exif 2.32), 4.6.

#pragma once

#include <ostream>
#include <string_view>

#include "libcore/base/json_fwd.h"

namespace sl {

// Return an object with those of these members that the blob has: `date` (ISO 8601, local time, with the offset from
// UTC if that is known), `camera`, `lens`, `focal_length` (mm), `aperture`, `exposure` (s), `iso`, `latitude`,
// `longitude` (degrees), `altitude` (m). Any bytes may be given.
[[nodiscard]] Json exif_facts(std::string_view exif);

// Print up to three lines for people: "taken", "camera", "place".
void print_exif(std::ostream& out, const Json& facts);

}  // namespace sl
