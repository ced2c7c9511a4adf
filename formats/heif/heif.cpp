// AVIF and HEIC: ISO/IEC 23008-12 (HEIF), and AV1 in it (https://aomediacodec.github.io/av1-avif/).

#include "formats/heif/heif.h"

#include <algorithm>

namespace sl {

namespace heif {

std::string message(const heif_error& error) {
  if (error.code == heif_error_Ok) return {};
  std::string text(error.message == nullptr ? "failed" : error.message);
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  return printable(text, 200);
}

}  // namespace heif

extern const Format heif_format;
const Format heif_format{
    .info = heif_info,
    .decoder = heif::make_decoder,
    .encoder = heif::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
