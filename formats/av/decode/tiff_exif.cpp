// The first directory of a TIFF, read beside FFmpeg. An entry holds an orientation itself and points to nothing, so a
// header and that directory alone are an EXIF that it can be read from.

#include "formats/av/decode/tiff_exif.h"

#include <algorithm>

#include "formats/metadata/exif.h"
#include "formats/metadata/tiff_directory.h"

namespace sl::av {

std::string tiff_exif(const AVFormatContext& context) {
  using namespace std::literals;
  AVIOContext& io = *context.pb;
  if (context.iformat->name != "tiff_pipe"sv || (io.seekable & AVIO_SEEKABLE_NORMAL) == 0) return {};
  const std::int64_t place = avio_tell(&io);
  const auto read = [&io](std::int64_t from, int size) {
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const int count =
        avio_seek(&io, from, SEEK_SET) < 0 ? 0 : avio_read(&io, reinterpret_cast<unsigned char*>(bytes.data()), size);
    bytes.resize(static_cast<std::size_t>(std::max(count, 0)));
    return bytes;
  };
  constexpr int header_bytes = 8, directory_bytes = 4 << 10;  // entries are in the order of their tags
  std::string exif = read(0, header_bytes);
  if (exif.size() == header_bytes) {
    const bool big_endian = exif[0] == 'M';
    const std::uint32_t offset = tiff::load(exif, 4, 4, big_endian);
    exif.replace(4, 4, big_endian ? "\0\0\0\x08"sv : "\x08\0\0\0"sv);
    exif += read(offset, directory_bytes);
  }
  avio_seek(&io, place, SEEK_SET);
  return exif_with_orientation({}, exif_orientation(exif).value_or(1));
}

}  // namespace sl::av
