// QOI's name and first bytes.

#include <cstring>

#include "formats/qoi/qoi.h"

namespace sl {

namespace {

bool sniff(std::span<const std::byte> head) {
  if (head.size() < qoi::header_bytes || std::memcmp(head.data(), "qoif", 4) != 0) return false;
  return (head[12] == std::byte{3} || head[12] == std::byte{4}) && head[13] <= std::byte{1};
}

}  // namespace

const FormatInfo qoi_info{
    .name = "QOI",
    .extensions = "qoi",
    .note = "",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.linear_light = true},
};

}  // namespace sl
