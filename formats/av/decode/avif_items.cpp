// Entries of the item information box. Specification: ISO/IEC 14496-12, 8.11.6; ISO/IEC 23008-12 (HEIF), A.2 and A.3.

#include "formats/av/decode/avif_items.h"

#include <string_view>

namespace sl::av {

std::vector<std::string> avif_metadata(const AVFormatContext& context) {
  using namespace std::literals;
  const AVDictionaryEntry* brand = av_dict_get(context.metadata, "major_brand", nullptr, 0);
  const std::string_view name = brand == nullptr ? "" : brand->value;
  AVIOContext& io = *context.pb;
  if ((name != "avif" && name != "mif1" && name != "avis") || (io.seekable & AVIO_SEEKABLE_NORMAL) == 0) return {};
  const std::int64_t place = avio_tell(&io);
  std::string head(64 << 10, '\0');  // the list is in front of the pictures
  const int count = avio_seek(&io, 0, SEEK_SET) < 0
                        ? 0
                        : avio_read(&io, reinterpret_cast<unsigned char*>(head.data()), static_cast<int>(head.size()));
  head.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  avio_seek(&io, place, SEEK_SET);
  std::vector<std::string> found;
  constexpr std::size_t type_offset = 12;  // behind the box's name: version, flags, number, protection
  for (std::size_t at = head.find("infe"); at != std::string::npos; at = head.find("infe", at + 4)) {
    if (at + type_offset + 4 > head.size()) break;
    const std::string_view type = std::string_view(head).substr(at + type_offset, 4);
    if (type == "Exif") found.emplace_back("EXIF");
    if (type == "mime") found.emplace_back("XMP");
  }
  return found;
}

}  // namespace sl::av
