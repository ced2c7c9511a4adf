// The orientation in an XMP packet: tiff:Orientation, an attribute or an element of an rdf:Description.

#pragma once

#include <string>

namespace sl {

// Set tiff:Orientation to `orientation` (1 to 8) wherever the packet has it with a value of 1 to 8. Nothing else
// changes, its length included. A description that lies deeper in the packet, as of a picture that this one is made of,
// keeps its own. Any bytes may be given.
void set_xmp_orientation(std::string& xmp, int orientation);

}  // namespace sl
