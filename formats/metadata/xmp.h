// Properties of an XMP packet that must agree with the picture beside it. Any bytes may be given: nothing but the named
// properties changes, and only where the packet has them. A description that lies deeper in the packet, as of a picture
// that this one is made of, keeps its own.

#pragma once

#include <cstdint>
#include <string>

namespace sl {

struct Density;

// Set tiff:Orientation to `orientation` (1 to 8) wherever the packet has it with a value of 1 to 8.
void set_xmp_orientation(std::string& xmp, int orientation);

// Set the size (tiff:ImageWidth, exif:PixelXDimension and their kin), or the density (tiff:XResolution).
void set_xmp_size(std::string& xmp, std::uint32_t width, std::uint32_t height);
void set_xmp_density(std::string& xmp, const Density& density);

// What a packet claims to lie behind the picture in the same file.
struct XmpClaims {
  bool gain_map = false, video = false, others = false;
};
// Remove these claims: properties of Ultra HDR's gain maps, of motion photos, and the directory of a container.
XmpClaims remove_xmp_claims(std::string& xmp);

}  // namespace sl
