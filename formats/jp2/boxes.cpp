// Boxes: ISO/IEC 15444-1, annex I; those of metadata are known by a number of 16 bytes. Codestreams: annex A.

#include "formats/jp2/boxes.h"

#include <algorithm>
#include <array>
#include <optional>
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

constexpr std::string_view signature = "\0\0\0\x0cjP  \r\n\x87\n"sv, codestream = "\xff\x4f\xff\x51"sv;

struct Box {
  std::string_view type, content;
  std::size_t size = 0;     // with its header
  bool to_the_end = false;  // of the file, as its header says
};

// Return the box at the start of `text`; nothing if not all of it is there.
std::optional<Box> first_box(std::string_view text) {
  if (text.size() < 8) return std::nullopt;
  std::uint64_t size = load_be<std::uint32_t>(text.data());
  const bool to_the_end = size == 0;
  std::size_t header = 8;
  if (size == 1 && text.size() >= 16) {
    size = load_be<std::uint64_t>(text.data() + 8);
    header = 16;
  }
  if (to_the_end) size = text.size();
  if (size < header || size > text.size()) return std::nullopt;  // the decoder reports what that means
  const auto whole = static_cast<std::size_t>(size);
  return Box{text.substr(4, 4), text.substr(header, whole - header), whole, to_the_end};
}

// Return the size of the codestream: a main header, tile-parts that say their size, and the marker EOC.
std::optional<std::size_t> codestream_bytes(std::string_view text) {
  constexpr unsigned soc = 0xff4f, sot = 0xff90, eoc = 0xffd9;
  const auto u16 = [&](std::size_t at) { return load_be<std::uint16_t>(text.data() + at); };
  if (text.size() < 2 || u16(0) != soc) return std::nullopt;
  for (std::size_t at = 2; text.size() - at >= 2;) {
    const unsigned marker = u16(at);
    if (marker == eoc) return at + 2;
    if (text.size() - at < 12) return std::nullopt;
    const std::uint64_t size =
        marker == sot ? load_be<std::uint32_t>(text.data() + at + 6) : std::uint64_t{2} + u16(at + 2);
    if (size < 4 || size > text.size() - at) return std::nullopt;  // 0: a tile-part up to the end
    at += static_cast<std::size_t>(size);
  }
  return std::nullopt;
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::size_t picture_bytes(std::span<const std::byte> bytes) {
  const std::string_view text = text_of(bytes);
  if (!text.starts_with(signature)) return codestream_bytes(text).value_or(text.size());
  std::size_t at = signature.size();
  while (const auto box = first_box(text.substr(at))) {
    if (box->to_the_end && box->type == "jp2c")
      return at + box->size - box->content.size() + codestream_bytes(box->content).value_or(box->content.size());
    at += box->size;
    if (text.substr(at).starts_with(signature) || text.substr(at).starts_with(codestream)) return at;
  }
  return text.size();
}

std::vector<Attachment> read_metadata(std::span<const std::byte> file, const LeftOut& left_out) {
  std::vector<Attachment> found;
  const std::string_view text = text_of(file);
  if (!text.starts_with(signature)) return found;
  std::size_t at = 0;
  while (const auto box = first_box(text.substr(at))) {
    at += box->size;
    const std::string_view type = box->type;
    std::string_view content = box->content;
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
  }
  return found;
}

}  // namespace sl::jp2
