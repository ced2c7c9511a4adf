// Walks over coded pixels, without decoding them.

#include "formats/av/read/raster_ends.h"

#include <algorithm>
#include <cstdint>

#include "libcore/base/endian.h"

namespace sl::av {

namespace {

using namespace std::literals;

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::optional<std::size_t> within(std::string_view bytes, std::uint64_t end) {
  return end <= bytes.size() ? std::optional(static_cast<std::size_t>(end)) : std::nullopt;
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
    return within(bytes, start + raster);
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

std::optional<std::size_t> pcx_end(std::string_view bytes) {
  constexpr std::size_t header = 128, palette = 769;
  constexpr unsigned palette_mark = 0x0c, run_mark = 0xc0;
  if (bytes.size() < header) return std::nullopt;
  const auto field = [bytes](std::size_t at) { return load_le<std::uint16_t>(bytes.data() + at); };
  const unsigned planes = byte_at(bytes, 65);
  const std::size_t line = std::size_t{field(66)} * planes;
  const int height = field(10) - field(6) + 1;
  std::size_t at = header;
  for (int y = 0; y < height; ++y) {
    for (std::size_t done = 0; done < line;) {
      if (at >= bytes.size()) return std::nullopt;
      const unsigned code = byte_at(bytes, at);
      done += code < run_mark ? 1 : code & 0x3f;
      at += code < run_mark ? 1 : 2;
    }
  }
  const bool has_palette = byte_at(bytes, 3) == 8 && planes == 1;
  if (has_palette && at < bytes.size() && byte_at(bytes, at) == palette_mark) at += palette;
  return within(bytes, at);
}

std::optional<std::size_t> sgi_end(std::string_view bytes) {
  constexpr std::size_t header = 512;
  if (bytes.size() < header) return std::nullopt;
  const auto field = [bytes](std::size_t at) { return std::uint64_t{load_be<std::uint16_t>(bytes.data() + at)}; };
  const std::uint64_t dimensions = field(4), height = dimensions > 1 ? field(8) : 1,
                      channels = dimensions > 2 ? field(10) : 1, rows = height * channels;
  if (byte_at(bytes, 2) == 0) return within(bytes, header + rows * field(6) * byte_at(bytes, 3));
  std::uint64_t end = header + rows * 8;  // tables of starts and lengths
  if (end > bytes.size()) return std::nullopt;
  for (std::uint64_t row = 0; row < rows; ++row) {
    const char* const start = bytes.data() + header + row * 4;
    end = std::max(end, std::uint64_t{load_be<std::uint32_t>(start)} + load_be<std::uint32_t>(start + rows * 4));
  }
  return within(bytes, end);
}

std::optional<std::size_t> xwd_end(std::string_view bytes) {
  constexpr std::size_t header = 100, color = 12;
  if (bytes.size() < header) return std::nullopt;
  const auto field = [bytes](std::size_t n) { return std::uint64_t{load_be<std::uint32_t>(bytes.data() + n * 4)}; };
  return within(bytes, field(0) + field(19) * color + field(5) * field(12));
}

}  // namespace

RasterEnd find_raster_end(std::string_view head) {
  if (head.starts_with("\x59\xa6\x6a\x95")) return sun_raster_end;
  if (head.size() > 2 && head[0] == '\x0a' && byte_at(head, 1) <= 5 && head[2] == 1) return pcx_end;
  if (head.starts_with("\x01\xda\x00"sv) || head.starts_with("\x01\xda\x01"sv)) return sgi_end;
  if (head.starts_with("\0\0"sv) && head.size() > 8 && head.substr(4, 4) == "\0\0\0\x07"sv) return xwd_end;
  return nullptr;
}

}  // namespace sl::av
