// The name, the options and the look of CSV.

#include <algorithm>
#include <array>

#include "formats/csv/csv.h"

namespace sl {

namespace {

constexpr std::array decode_options{
    FormatOption{"pixels", "", FormatOption::Kind::Choice, 0, 0,
                 "auto|gray|ya8|rgb24|rgba|gray16le|ya16le|rgb48le|rgba64le|grayf32le|rgbf32le|rgbaf32le", "auto",
                 "what the numbers are, channels side by side; auto: gray of 8 bits, of 16 bits if a number is above "
                 "255, or floats if one is no whole number from 0 to 65535"},
};

}  // namespace

bool looks_like_csv(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), std::min(head.size(), sniff_bytes));
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  constexpr std::string_view digits = "0123456789", separators = ",;\t ";
  return text.find_first_not_of("0123456789+-.eE,;\t \r\nnaifNAIF") == std::string_view::npos &&
         line.find_first_of(digits) != std::string_view::npos &&
         line.find_first_of(separators) != std::string_view::npos;
}

const FormatInfo csv_info{
    .name = "CSV",
    .extensions = "csv",
    .note =
        "a row of the picture in each line, numbers of its codes (0 to 255, 0 to 65535) or floats, the channels of a "
        "pixel side by side, so numpy.loadtxt(delimiter=',') gives rows of width times channels; vips and others "
        "take one channel, gray. Commas, semicolons, tabs and blanks separate; lines that begin with # are passed "
        "over. The whole picture is in memory when it is read",
    .animation = false,
    .sniff = [](std::span<const std::byte>) { return false; },
    .sniff_surely = nullptr,
    .decode_options = decode_options,
    .keeps_codes = true,
};

}  // namespace sl
