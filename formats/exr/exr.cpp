// OpenEXR: https://openexr.com/en/latest/OpenEXRFileLayout.html

#include "formats/exr/exr.h"

#include <OpenEXR/Iex.h>

#include <algorithm>

namespace sl {

namespace exr {

bool InStream::read(char* into, int count) {
  const auto wanted = static_cast<std::size_t>(count);
  if (store_.read(std::as_writable_bytes(std::span(into, wanted))) < wanted) throw Iex::InputExc("truncated");
  return true;
}

void OutStream::write(const char* from, int count) {
  store_.write(std::as_bytes(std::span(from, static_cast<std::size_t>(count))));
}

std::string message(const std::exception& error) {
  std::string text = error.what();
  // "Cannot read image file "NAME". REASON."
  if (const auto name = text.find("\". "); name != std::string::npos) text.erase(0, name + 3);
  if (text.find("truncated") != std::string::npos) return "truncated";
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  return printable(text, 200);
}

}  // namespace exr

extern const Format exr_format;
const Format exr_format{
    .info = exr_info,
    .decoder = exr::make_decoder,
    .encoder = exr::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
