// Photoshop's image resources (8BIM), as JPEG's APP13 and TIFF's tag 34377 have them. IPTC is one of them.

#pragma once

#include <string>
#include <string_view>

namespace sl {

struct PhotoshopResources {
  std::string iptc;        // IPTC-IIM records
  std::string others;      // resources, as they were: paths, guides, layers
  bool thumbnail = false;  // one of them was a thumbnail of the picture, which is in neither
};

// Take the resources apart. Those that repeat the density and checksums of the others are left out.
[[nodiscard]] PhotoshopResources read_photoshop(std::string_view resources);
// Return them as one block again; empty for two empty ones.
[[nodiscard]] std::string write_photoshop(std::string_view iptc, std::string_view others);

}  // namespace sl
