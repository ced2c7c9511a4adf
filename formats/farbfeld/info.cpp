// farbfeld's name and first bytes.

#include <cstring>

#include "formats/farbfeld/farbfeld.h"

namespace sl {

namespace {

bool sniff(std::span<const std::byte> head) {
  return head.size() >= farbfeld::header_bytes &&
         std::memcmp(head.data(), farbfeld::mark.data(), farbfeld::mark.size()) == 0;
}

}  // namespace

const FormatInfo farbfeld_info{
    .name = "farbfeld",
    .extensions = "ff farbfeld",
    .note = "",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
};

}  // namespace sl
