// Walks over coded pixels, without decoding them.

#include "formats/av/decode/raster_ends.h"

#include <algorithm>
#include <cstdint>

#include "libcore/base/endian.h"

namespace sl::av {

namespace {

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

}  // namespace

std::optional<std::size_t> qoi_end(std::string_view bytes) {
  using namespace std::literals;
  constexpr std::size_t header = 14;
  constexpr std::string_view end_mark = "\0\0\0\0\0\0\0\x01"sv;
  if (bytes.size() < header) return std::nullopt;
  const std::uint64_t pixels =
      std::uint64_t{load_be<std::uint32_t>(bytes.data() + 4)} * load_be<std::uint32_t>(bytes.data() + 8);
  std::size_t at = header;
  for (std::uint64_t done = 0; done < pixels; ++done) {
    if (at >= bytes.size()) return std::nullopt;
    const unsigned code = byte_at(bytes, at);
    const bool run = code >= 0xc0 && code < 0xfe;
    if (run) done += code & 0x3f;
    at += code == 0xff ? 5 : code == 0xfe ? 4 : code >> 6 == 2 ? 2 : 1;
  }
  if (at > bytes.size() || bytes.substr(at, end_mark.size()) != end_mark) return std::nullopt;
  return at + end_mark.size();
}

std::optional<std::size_t> sun_raster_end(std::string_view bytes) {
  constexpr std::size_t header = 32;
  constexpr std::uint32_t run_lengths = 2;
  if (bytes.size() < header) return std::nullopt;
  const auto field = [bytes](std::size_t n) { return load_be<std::uint32_t>(bytes.data() + n * 4); };
  const std::uint64_t width = field(1), height = field(2), depth = field(3), colors = field(7);
  const std::uint64_t raster = (width * depth + 15) / 16 * 2 * height;
  const std::uint64_t start = header + colors;
  if (start > bytes.size()) return std::nullopt;
  if (field(5) != run_lengths) {
    return bytes.size() - start < raster ? std::nullopt : std::optional(static_cast<std::size_t>(start + raster));
  }
  constexpr unsigned escape = 0x80;
  std::size_t at = static_cast<std::size_t>(start);
  for (std::uint64_t done = 0; done < raster;) {
    if (at >= bytes.size()) return std::nullopt;
    if (byte_at(bytes, at) != escape) {
      ++at, ++done;
      continue;
    }
    if (at + 1 >= bytes.size()) return std::nullopt;
    const unsigned count = byte_at(bytes, at + 1);
    at += count == 0 ? 2 : 3;
    done += count + 1;
  }
  if (at > bytes.size()) return std::nullopt;
  return std::max<std::size_t>(at, std::min<std::size_t>(bytes.size(), static_cast<std::size_t>(start) + field(4)));
}

}  // namespace sl::av
