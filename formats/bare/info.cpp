// The name and the option of raw pixels, which have no first bytes of their own.

#include <array>

#include "formats/bare/shape.h"
#include "formats/format_info.h"

namespace sl {

namespace {

constexpr std::array decode_options{
    FormatOption{"raw", "", FormatOption::Kind::Value, 0, 0, "SHAPE", "",
                 "the input is samples alone, WIDTHxHEIGHT:PIXELS[@RATE], as 1920x1080:rgb24@30, one picture after "
                 "another, film if there is a rate; :skip=BYTES before the first one, :stride=BYTES from row to row",
                 checks_as<RawShape>},
};

}  // namespace

extern const FormatInfo bare_info;
const FormatInfo bare_info{
    .name = "raw",
    .extensions = "raw",
    .note = "all frames one after another; those with several planes need a whole frame in memory, both ways",
    .animation = false,
    .sniff = [](std::span<const std::byte>) { return false; },
    .sniff_surely = nullptr,
    .decode_options = decode_options,
    .pages = true,
    .keeps_codes = true,
};

}  // namespace sl
