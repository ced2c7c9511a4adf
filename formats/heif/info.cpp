// Names, options and first bytes of AVIF and HEIC.

#include <array>
#include <string_view>

#include "formats/format_info.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"variant", "", Kind::Choice, 0, 0, "avif|heic|heif|hif", "avif", "codec: AV1, or HEVC for the others"},
    FormatOption{"quality", "Q", Kind::Integer, 0, 100, "", "60", "quality, 0 to 100"},
    FormatOption{"lossless", "", Kind::Flag, 0, 0, "", "", "keep every sample unchanged, of RGB too"},
    FormatOption{"speed", "", Kind::Integer, 0, 9, "", "6", "AVIF: 9 is fastest, 0 gives the smallest file"},
    FormatOption{"subsampling", "", Kind::Choice, 0, 0, "auto|420|422|444", "auto",
                 "chroma subsampling; auto keeps it for YCbCr input; for RGB it is 420 below quality 90, else 444"},
};

// ISO/IEC 14496-12, 4.3: a brand, a version, and further brands. Sequences ("avis", "hevc", "msf1") are films.
bool sniff(std::span<const std::byte> head) {
  constexpr std::array<std::string_view, 6> stills{"avif", "heic", "heix", "heim", "mif1", "mif2"};
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.size() < 12 || text.substr(4, 4) != "ftyp") return false;
  for (const std::string_view brand : stills) {
    if (text.substr(8, 4) == brand) return true;
  }
  return false;
}

}  // namespace

extern const FormatInfo heif_info;
const FormatInfo heif_info{
    .name = "HEIF",
    .extensions = "avif heic heif hif",
    .note = "AVIF (of 8 and 12 bits) and HEIC (of 8 and 10); the whole file and a frame in memory, both ways",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.icc = true, .color = true, .exif = true, .xmp = true},
    .encode_options = encode_options,
    .helper = "sl-format-heif",
    .package = "libheif-dev",
};

}  // namespace sl
