// Names, options and first bytes of camera RAW.

#include <array>
#include <string_view>

#include "formats/format_info.h"

namespace sl {

namespace {

using namespace std::string_view_literals;
using Kind = FormatOption::Kind;

constexpr std::array decode_options{
    FormatOption{"preview", "", Kind::Flag, 0, 0, "", "", "the picture that the camera has put beside its samples"},
};

std::string_view text_of(std::span<const std::byte> head) {
  return {reinterpret_cast<const char*>(head.data()), head.size()};
}

bool is_tiff(std::string_view text) { return text.starts_with("II*\0"sv) || text.starts_with("MM\0*"sv); }

// Formats with a first bytes of their own.
bool is_known(std::string_view text) {
  const auto at = [&](std::size_t place, std::string_view bytes) {
    return text.size() >= place + bytes.size() && text.substr(place, bytes.size()) == bytes;
  };
  return at(0, "FUJIFILMCCD-RAW") || at(0, "FOVb") || at(0, "\0MRM"sv) || at(0, "IIRO") || at(0, "IIRS") ||
         at(0, "MMOR") || at(0, "IIU\0"sv) || at(4, "ftypcrx ") || at(6, "HEAPCCDR") ||
         (is_tiff(text) && (at(8, "CR\2") || at(8, "IIII") || at(8, "MMMM")));
}

// Numbers of the first directory of a TIFF.
class Directory {
 public:
  explicit Directory(std::string_view text) : text_(text), big_(text.starts_with("MM")) {
    const std::uint64_t at = number(4, 4);
    if (at < 8 || at + 2 > text.size()) return;
    first_ = static_cast<std::size_t>(at + 2);
    count_ = number(static_cast<std::size_t>(at), 2);
  }
  // Return a value of one number; 0 if the directory lacks it. A tag with more data has their place.
  [[nodiscard]] std::uint64_t value(std::uint64_t tag) const {
    constexpr std::uint64_t shorts = 3;
    for (std::size_t i = 0, at = first_; i < count_ && at + 12 <= text_.size(); ++i, at += 12) {
      if (number(at, 2) == tag) return number(at + 8, number(at + 2, 2) == shorts ? 2 : 4);
    }
    return 0;
  }

 private:
  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size && at + size <= text_.size(); ++i)
      value = value << 8 | static_cast<unsigned char>(text_[at + (big_ ? i : size - 1 - i)]);
    return value;
  }

  std::string_view text_;
  bool big_;
  std::size_t first_ = 0;
  std::uint64_t count_ = 0;
};

bool suspects(std::span<const std::byte> head) { return is_known(text_of(head)) || is_tiff(text_of(head)); }

// Most cameras write TIFF, with the samples below a small picture, or in codings of their own.
bool sniff(std::span<const std::byte> head) {
  const std::string_view text = text_of(head);
  if (is_known(text)) return true;
  if (!is_tiff(text)) return false;
  enum Tag : std::uint64_t {
    Subfile = 254,
    Compression = 259,
    Photometric = 262,
    Make = 271,
    SubDirectories = 330,
    DngVersion = 50706
  };
  constexpr std::uint64_t reduced = 1, mosaic = 32803, linear = 34892;
  constexpr std::array<std::uint64_t, 4> codings{32767, 34713, 65000, 65535};  // Sony, Nikon, Kodak, Pentax
  const Directory directory(text);
  if (directory.value(DngVersion) != 0) return true;
  const std::uint64_t photometric = directory.value(Photometric), coding = directory.value(Compression);
  if (photometric == mosaic || photometric == linear) return true;
  if (directory.value(Make) == 0) return false;
  for (const std::uint64_t own : codings) {
    if (coding == own) return true;
  }
  return directory.value(Subfile) == reduced && directory.value(SubDirectories) != 0;
}

}  // namespace

extern const FormatInfo raw_info;
const FormatInfo raw_info{
    .name = "camera RAW",
    .extensions = "dng nef nrw cr2 cr3 crw arw srf sr2 orf rw2 raf pef srw 3fr iiq mrw x3f kdc dcr erf mef mos rwl",
    .note =
        "demosaiced with the camera's white balance to 16 bits of sRGB; the whole file and 16 bytes a pixel in memory",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .decode_options = decode_options,
    .helper = "sl-format-raw",
    .package = "libraw-dev",
    .encodes = false,
    .suspects = suspects,
};

}  // namespace sl
