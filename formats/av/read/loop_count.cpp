// GIF89a with Netscape's application extension, and the chunk acTL of PNG.

#include "formats/av/read/loop_count.h"

extern "C" {
#include <libavutil/intreadwrite.h>
}

#include <string_view>

namespace sl::av {

namespace {

using namespace std::string_view_literals;

// Read on from the header to the first picture: the extension precedes it. A count of n is n repetitions.
std::int64_t gif_loop(std::string_view file) {
  constexpr std::size_t header = 13;
  const auto byte = [file](std::size_t at) { return at < file.size() ? static_cast<unsigned char>(file[at]) : 0u; };
  if (file.size() < header) return -1;
  std::size_t at = header + ((byte(10) & 0x80) != 0 ? std::size_t{3} << ((byte(10) & 7) + 1) : 0);
  while (byte(at) == 0x21) {
    const bool netscape = byte(at + 1) == 0xff && file.substr(at + 2, 12) == "\x0bNETSCAPE2.0"sv;
    if (netscape && byte(at + 14) == 3 && byte(at + 15) == 1) {
      const std::int64_t count = byte(at + 16) | byte(at + 17) << 8;
      return count == 0 ? 0 : count + 1;
    }
    for (at += 2; byte(at) != 0; at += byte(at) + 1) {
    }
    ++at;
  }
  return 1;
}

std::int64_t apng_loop(std::string_view file) {
  constexpr std::size_t signature = 8, around = 12;  // length, type and check of a chunk
  for (std::size_t at = signature; at + around < file.size();) {
    const auto* chunk = reinterpret_cast<const std::uint8_t*>(file.data() + at);
    const std::string_view type = file.substr(at + 4, 4);
    if (type == "acTL" && at + 16 <= file.size()) return static_cast<std::int64_t>(AV_RB32(chunk + 12) & 0x7fffffff);
    if (type == "IDAT") return -1;
    at += around + std::size_t{AV_RB32(chunk)};
  }
  return -1;
}

}  // namespace

std::int64_t loop_count(const AVInputFormat& format, Source& source) {
  constexpr std::size_t enough = 64 << 10;
  const bool gif = format.name == "gif"sv;
  if (!gif && format.name != "apng"sv) return -1;
  const auto head = source.peek(enough);
  const std::string_view file(reinterpret_cast<const char*>(head.data()), head.size());
  return gif ? gif_loop(file) : apng_loop(file);
}

}  // namespace sl::av
