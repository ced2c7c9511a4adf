// Boxes: ISO/IEC 15444-1, annex I. Those of metadata are known by a number of 16 bytes.

#include "formats/jp2/boxes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/metadata/exif.h"
#include "libcore/base/endian.h"

namespace sl::jp2 {

namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view number, name;
};
constexpr std::array kinds{
    Kind{"JpgTiffExif->JP2"sv, "exif"},
    Kind{"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"sv, "xmp"},
    Kind{"\x33\xc7\xa4\xd2\xb8\x1d\x47\x23\xa0\xba\xf1\xa3\xe0\x97\xad\x38"sv, "iptc"},
};

}  // namespace

std::vector<Attachment> read_metadata(std::span<const std::byte> file, const LeftOut& left_out) {
  std::vector<Attachment> found;
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with("\0\0\0\x0cjP  "sv)) return found;
  for (std::size_t at = 0; text.size() - at >= 8;) {
    std::uint64_t size = load_be<std::uint32_t>(text.data() + at);
    std::size_t header = 8;
    if (size == 1 && text.size() - at >= 16) {
      size = load_be<std::uint64_t>(text.data() + at + 8);
      header = 16;
    }
    if (size == 0) size = text.size() - at;
    if (size < header || size > text.size() - at) break;  // the decoder reports what that means
    const std::string_view type = text.substr(at + 4, 4);
    std::string_view content = text.substr(at + header, static_cast<std::size_t>(size) - header);
    if (type == "uuid" && content.size() > 16) {
      const auto kind = std::ranges::find(kinds, content.substr(0, 16), &Kind::number);
      content.remove_prefix(16);
      const bool again = kind != kinds.end() && std::ranges::count(found, kind->name, &Attachment::name) != 0;
      if (kind == kinds.end() || again) {
        left_out("a UUID box", again ? "it is there twice" : "it is neither EXIF nor XMP nor IPTC");
      } else {
        found.push_back(
            {std::string(kind->name), std::string(kind->name == "exif" ? exif_without_prefix(content) : content), 0});
      }
    } else if (type == "xml ") {
      left_out("XML", "it is no XMP");
    }
    at += static_cast<std::size_t>(size);
  }
  return found;
}

}  // namespace sl::jp2
