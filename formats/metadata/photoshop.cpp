// Specification: Adobe Photoshop File Formats (2019), "Image Resource Blocks".

#include "formats/metadata/photoshop.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "libcore/base/endian.h"

namespace sl {
namespace {

constexpr std::string_view signature = "8BIM";

enum Resource : std::uint16_t {
  ResolutionInfo = 0x03ed,
  Iptc = 0x0404,
  Thumbnail4 = 0x0409,  // of Photoshop 4
  Thumbnail = 0x040c,
  IptcDigest = 0x0425,
};

std::size_t even(std::size_t size) { return size + size % 2; }

}  // namespace

PhotoshopResources read_photoshop(std::string_view resources) {
  PhotoshopResources result;
  constexpr std::size_t fixed = 4 + 2, length = 4;
  while (resources.size() > fixed && resources.starts_with(signature)) {
    const auto id = load_be<std::uint16_t>(resources.data() + signature.size());
    const std::size_t name = even(1 + static_cast<unsigned char>(resources[fixed]));  // its length in front
    const std::size_t head = fixed + name + length;
    if (resources.size() < head) break;
    const std::size_t size = load_be<std::uint32_t>(resources.data() + fixed + name);
    if (size > resources.size() - head) break;
    const std::size_t end = std::min(head + even(size), resources.size());
    if (id == Iptc) {
      result.iptc += resources.substr(head, size);
    } else if (id == Thumbnail || id == Thumbnail4) {
      result.thumbnail = true;
    } else if (id != ResolutionInfo && id != IptcDigest) {
      result.others += resources.substr(0, end);
      if (result.others.size() % 2 != 0) result.others += '\0';
    }
    resources.remove_prefix(end);
  }
  return result;
}

std::string write_photoshop(std::string_view iptc, std::string_view others) {
  std::string resources(others);
  if (iptc.empty()) return resources;
  std::string head(signature);
  head.append(8, '\0');  // identifier, an empty name, length
  store_be(head.data() + 4, std::uint16_t{Iptc});
  store_be(head.data() + 8, static_cast<std::uint32_t>(iptc.size()));
  resources += head;
  resources += iptc;
  if (iptc.size() % 2 != 0) resources += '\0';
  return resources;
}

}  // namespace sl
