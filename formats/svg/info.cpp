// Names, options and first bytes of SVG.

#include <zlib.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "formats/drawing.h"
#include "formats/format_info.h"

namespace sl {

namespace {

using namespace std::string_view_literals;

constexpr std::array decode_options{
    drawing_dpi("96"), drawing_scale, drawing_width, drawing_height, drawing_background("none"),
};

std::string_view text_of(std::span<const std::byte> head) {
  return {reinterpret_cast<const char*>(head.data()), head.size()};
}

// Text that begins with a tag, in any encoding of XML, or is packed by gzip.
bool suspect(std::span<const std::byte> head) {
  std::string_view text = text_of(head);
  if (text.starts_with("\x1f\x8b\x08"sv)) return true;
  if (text.starts_with("\xff\xfe<"sv) || text.starts_with("\xfe\xff\0<"sv)) return true;
  if (text.starts_with("\xef\xbb\xbf"sv)) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '<';
}

// The first bytes of what gzip has packed; fewer, or none, if it is cut or damaged.
std::string unpacked(std::string_view packed) {
  constexpr int with_gzip_header = 16 + MAX_WBITS;
  std::string bytes(far_sniff_bytes, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, with_gzip_header) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  (void)inflate(&stream, Z_SYNC_FLUSH);
  bytes.resize(bytes.size() - stream.avail_out);
  inflateEnd(&stream);
  return bytes;
}

// The element may come after a declaration, comments and a document type.
bool sniff(std::span<const std::byte> head) {
  const std::string_view text = text_of(head);
  if (!suspect(head)) return false;
  if (text.starts_with("\x1f\x8b"sv)) {
    const std::string inside = unpacked(text);
    return !inside.starts_with("\x1f\x8b"sv) && sniff(std::as_bytes(std::span(inside)));
  }
  if (text.starts_with("\xff\xfe"sv)) return text.find("<\0s\0v\0g\0"sv) != std::string_view::npos;
  if (text.starts_with("\xfe\xff"sv)) return text.find("\0<\0s\0v\0g"sv) != std::string_view::npos;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::string_view tag = text.substr(at + 1);
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    if (name == "svg" || name.ends_with(":svg")) return true;
    if (tag.starts_with("!--")) {
      at = text.find("-->", at);
    } else if (!tag.starts_with('?') && !tag.starts_with('!')) {
      return false;  // another root
    }
    if (at == std::string_view::npos) return false;
  }
  return false;
}

}  // namespace

extern const FormatInfo svg_info;
const FormatInfo svg_info{
    .name = "SVG",
    .extensions = "svg svgz",
    .note = "a whole picture in memory; nothing outside the file is opened but the system's fonts",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .decode_options = decode_options,
    .helper = "sl-format-svg",
    .package = "librsvg2-dev",
    .encodes = false,
    .suspects = suspect,
};

}  // namespace sl
