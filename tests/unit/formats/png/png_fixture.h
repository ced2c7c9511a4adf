// PNGs made chunk by chunk or by libpng, and libpng with zlib as the reference, for the tests of PNG.

#pragma once

#include <png.h>
#include <zlib.h>

#include <array>
#include <stdexcept>

#include "libcore/base/json.h"
#include "tests/unit/formats/format_fixture.h"

namespace sl {

extern const Format png_format;

namespace test::png {

using namespace std::string_literals;

inline std::string be(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

inline std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  return be(static_cast<std::uint32_t>(data.size())) + body +
         be(static_cast<std::uint32_t>(
             crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
}

inline std::string header(std::uint32_t width, std::uint32_t height, int depth, int color_type, int interlaced = 0) {
  std::string data = be(width) + be(height);
  for (const int value : {depth, color_type, 0, 0, interlaced}) data += static_cast<char>(value);
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", data);
}

inline std::string deflated(const std::string& raw) {
  std::string out(compressBound(raw.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(raw.data()), raw.size());
  return out.substr(0, size);
}

// A gray picture of 8 bits, 16 wide, with noise, these chunks around the pixels, and these IDATs.
inline constexpr std::uint32_t small_width = 16, small_height = 12;

inline std::string small_raw() {
  std::string raw;
  for (std::uint32_t y = 0; y < small_height; ++y) {
    raw += static_cast<char>(y % 5);  // each filter
    for (std::uint32_t x = 0; x < small_width; ++x) raw += static_cast<char>((x * 7919 + y * 104729) >> 3);
  }
  return raw;
}

inline std::string small(const std::string& before = {}, const std::string& behind = {}, std::size_t idat = 40,
                         const std::string& raw = small_raw()) {
  std::string png = header(small_width, small_height, 8, 0) + before;
  const std::string data = deflated(raw);
  for (std::size_t i = 0; i < data.size(); i += idat) png += chunk("IDAT", data.substr(i, idat));
  return png + behind + chunk("IEND", "");
}

inline Decoded decode(const std::string& png, bool salvage = false, std::uint32_t at_most = 1 << 20) {
  return test::decode(png_format, bytes_of(png), salvage, at_most);
}

inline std::string error_of(const std::string& png, Status status = Status::Data) {
  return test::decode_error(png_format, bytes_of(png), status);
}

inline Json meta_of(const Decoded& decoded) { return Json::parse(decoded.picture.track.rest).at("meta"); }

inline std::string attachment(const Picture& picture, std::string_view name) {
  for (const Attachment& a : picture.attachments) {
    if (a.name == name) return a.bytes;
  }
  return {};
}

[[noreturn]] inline void on_error(png_structp, png_const_charp message) { throw std::runtime_error(message); }
inline void on_warning(png_structp, png_const_charp message) { ADD_FAILURE() << message; }

// What libpng with zlib makes of it: 8 or 16 bits (in our byte order), expanded.
inline Bytes reference(std::span<const std::byte> png) {
  png_structp read = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  png_infop info = png_create_info_struct(read);
  png_set_read_fn(read, &png, [](png_structp p, png_bytep into, std::size_t count) {
    auto& rest = *static_cast<std::span<const std::byte>*>(png_get_io_ptr(p));
    if (rest.size() < count) throw std::runtime_error("end");
    std::memcpy(into, rest.data(), count);
    rest = rest.subspan(count);
  });
  png_read_info(read, info);
  png_set_expand(read);
  if (png_get_bit_depth(read, info) == 16) png_set_swap(read);
  png_set_interlace_handling(read);
  png_read_update_info(read, info);
  const std::size_t row = png_get_rowbytes(read, info), height = png_get_image_height(read, info);
  Bytes pixels(row * height);
  std::vector<png_bytep> rows;
  for (std::size_t y = 0; y < height; ++y) rows.push_back(reinterpret_cast<png_bytep>(pixels.data() + y * row));
  png_read_image(read, rows.data());
  png_read_end(read, nullptr);
  png_destroy_read_struct(&read, &info, nullptr);
  return pixels;
}

struct Kind {
  int color_type, depth;
  bool interlaced, transparent;
};

// A picture of that kind, written by libpng.
inline std::string written_by_libpng(const Kind& kind, std::uint32_t width, std::uint32_t height) {
  std::string out;
  png_structp write = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  png_infop info = png_create_info_struct(write);
  png_set_write_fn(
      write, &out,
      [](png_structp p, png_bytep data, std::size_t count) {
        static_cast<std::string*>(png_get_io_ptr(p))->append(reinterpret_cast<char*>(data), count);
      },
      [](png_structp) {});
  png_set_IHDR(write, info, width, height, kind.depth, kind.color_type,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  std::array<png_color, 256> palette;
  std::array<png_byte, 256> alphas;
  for (int i = 0; i < 256; ++i) {
    const auto n = static_cast<png_byte>(i);
    palette[n] = {static_cast<png_byte>(n * 3), static_cast<png_byte>(255 - n), static_cast<png_byte>(n ^ 0x55)};
    alphas[n] = static_cast<png_byte>(n * 5);
  }
  const int colors = 1 << kind.depth;
  if (kind.color_type == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(write, info, palette.data(), colors);
  if (kind.transparent && kind.color_type == PNG_COLOR_TYPE_PALETTE) {
    png_set_tRNS(write, info, alphas.data(), colors / 2 + 1, nullptr);
  } else if (kind.transparent) {
    const png_uint_16 value = kind.depth == 16 ? 0x4141 : kind.depth == 8 ? 0x41 : 1;
    png_color_16 color{0, value, value, value, value};
    png_set_tRNS(write, info, nullptr, 0, &color);
  }
  png_set_interlace_handling(write);
  png_write_info(write, info);
  const std::size_t row = png_get_rowbytes(write, info);
  std::vector<png_byte> pixels(row * height);
  std::uint32_t state = 7;
  for (png_byte& byte : pixels) byte = static_cast<png_byte>((state = state * 1664525u + 1013904223u) >> 24) | 0x41;
  std::vector<png_bytep> rows;
  for (std::size_t y = 0; y < height; ++y) rows.push_back(pixels.data() + y * row);
  png_write_image(write, rows.data());
  png_write_end(write, info);
  png_destroy_write_struct(&write, &info);
  return out;
}

}  // namespace test::png
}  // namespace sl
