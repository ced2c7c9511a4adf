// PNM's names and first bytes.

#include "formats/pnm/pnm.h"

namespace sl {

namespace {

bool sniff(std::span<const std::byte> head) {
  if (head.size() < 3 || head[0] != std::byte{'P'}) return false;
  const int kind = std::to_integer<int>(head[1]), next = std::to_integer<int>(head[2]);
  if (kind == '7') return next == '\n' || next == '\r';
  if (kind == 'F' && next == '4') return head.size() > 3 && pnm_is_space(std::to_integer<int>(head[3]));
  return ((kind >= '1' && kind <= '6') || kind == 'F' || kind == 'f') && (pnm_is_space(next) || next == '#');
}

}  // namespace

const FormatInfo pnm_info{
    .name = "PNM",
    .extensions = "ppm pgm pbm pnm pam pfm",
    .note = "PFM needs a whole frame in memory, both ways",
    .animation = false,
    .sniff = sniff,
    .carries = {.comment = true},
};

}  // namespace sl
