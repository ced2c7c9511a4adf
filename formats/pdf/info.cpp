// Names, options and first bytes of PDF.

#include <array>
#include <string_view>

#include "formats/drawing.h"
#include "formats/format_info.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array decode_options{
    FormatOption{"page", "", Kind::Integer, 0, 1 << 20, "", "0", "one page, counted from 1; 0 for all of them"},
    drawing_dpi("300"),
    drawing_scale,
    drawing_width,
    drawing_height,
    drawing_background("white"),
};

bool sniff(std::span<const std::byte> head) {
  return std::string_view(reinterpret_cast<const char*>(head.data()), head.size()).starts_with("%PDF-");
}

}  // namespace

extern const FormatInfo pdf_info;
const FormatInfo pdf_info{
    .name = "PDF",
    .extensions = "pdf",
    .note = "the whole file and a page in memory; nothing outside the file is opened but the system's fonts",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .decode_options = decode_options,
    .pages = true,
    .helper = "sl-format-pdf",
    .package = "libpoppler-cpp-dev",
    .encodes = false,
};

}  // namespace sl
