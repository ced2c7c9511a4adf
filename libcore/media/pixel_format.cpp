// The closed table of pixel formats, and the sizes that follow from it.

#include "libcore/media/pixel_format.h"

#include <algorithm>
#include <cassert>

#include "libcore/base/limits.h"

namespace sl {

namespace {

constexpr PixelFormat packed(std::string_view name, Model model, Sample sample, int components, bool alpha) {
  const int bits = sample == Sample::U8 ? 8 : sample == Sample::U16 ? 16 : 32;
  return {name, model, Packing::Interleaved, sample, 1, components, bits, alpha, 0, 0, 0};
}
constexpr PixelFormat planar(std::string_view name, Model model, int planes, int bits, int shift_x = 0,
                             int shift_y = 0) {
  const Sample sample = bits == 32 ? Sample::F32 : bits > 8 ? Sample::U16 : Sample::U8;
  return {name, model, Packing::Planar, sample, planes, planes, bits, planes == 4, shift_x, shift_y, 0};
}

using enum Model;
constexpr std::array table{
    packed("gray", Gray, Sample::U8, 1, false),
    packed("ya8", Gray, Sample::U8, 2, true),
    packed("rgb24", Rgb, Sample::U8, 3, false),
    packed("rgba", Rgb, Sample::U8, 4, true),
    packed("gray16le", Gray, Sample::U16, 1, false),
    packed("ya16le", Gray, Sample::U16, 2, true),
    packed("rgb48le", Rgb, Sample::U16, 3, false),
    packed("rgba64le", Rgb, Sample::U16, 4, true),
    packed("grayf32le", Gray, Sample::F32, 1, false),
    packed("rgbf32le", Rgb, Sample::F32, 3, false),
    packed("rgbaf32le", Rgb, Sample::F32, 4, true),
    planar("yuv420p", Yuv, 3, 8, 1, 1),
    planar("yuv422p", Yuv, 3, 8, 1, 0),
    planar("yuv444p", Yuv, 3, 8),
    planar("yuv410p", Yuv, 3, 8, 2, 2),
    planar("yuv411p", Yuv, 3, 8, 2, 0),
    planar("yuv440p", Yuv, 3, 8, 0, 1),
    planar("yuva420p", Yuv, 4, 8, 1, 1),
    planar("yuva422p", Yuv, 4, 8, 1, 0),
    planar("yuva444p", Yuv, 4, 8),
    planar("yuv420p9le", Yuv, 3, 9, 1, 1),
    planar("yuv420p10le", Yuv, 3, 10, 1, 1),
    planar("yuv420p12le", Yuv, 3, 12, 1, 1),
    planar("yuv420p14le", Yuv, 3, 14, 1, 1),
    planar("yuv420p16le", Yuv, 3, 16, 1, 1),
    planar("yuv422p9le", Yuv, 3, 9, 1, 0),
    planar("yuv422p10le", Yuv, 3, 10, 1, 0),
    planar("yuv422p12le", Yuv, 3, 12, 1, 0),
    planar("yuv422p14le", Yuv, 3, 14, 1, 0),
    planar("yuv422p16le", Yuv, 3, 16, 1, 0),
    planar("yuv444p9le", Yuv, 3, 9),
    planar("yuv444p10le", Yuv, 3, 10),
    planar("yuv444p12le", Yuv, 3, 12),
    planar("yuv444p14le", Yuv, 3, 14),
    planar("yuv444p16le", Yuv, 3, 16),
    planar("yuv440p10le", Yuv, 3, 10, 0, 1),
    planar("yuv440p12le", Yuv, 3, 12, 0, 1),
    planar("yuva420p9le", Yuv, 4, 9, 1, 1),
    planar("yuva420p10le", Yuv, 4, 10, 1, 1),
    planar("yuva420p16le", Yuv, 4, 16, 1, 1),
    planar("yuva422p9le", Yuv, 4, 9, 1, 0),
    planar("yuva422p10le", Yuv, 4, 10, 1, 0),
    planar("yuva422p12le", Yuv, 4, 12, 1, 0),
    planar("yuva422p16le", Yuv, 4, 16, 1, 0),
    planar("yuva444p9le", Yuv, 4, 9),
    planar("yuva444p10le", Yuv, 4, 10),
    planar("yuva444p12le", Yuv, 4, 12),
    planar("yuva444p16le", Yuv, 4, 16),
    PixelFormat{"nv12", Yuv, Packing::SemiPlanar, Sample::U8, 2, 3, 8, false, 1, 1, 0},
    PixelFormat{"p010le", Yuv, Packing::SemiPlanar, Sample::U16, 2, 3, 10, false, 1, 1, 6},
    PixelFormat{"yuyv422", Yuv, Packing::Packed422, Sample::U8, 1, 3, 8, false, 1, 0, 0},
    PixelFormat{"uyvy422", Yuv, Packing::Packed422, Sample::U8, 1, 3, 8, false, 1, 0, 0},
    planar("gbrp", Rgb, 3, 8),
    planar("gbrp9le", Rgb, 3, 9),
    planar("gbrp10le", Rgb, 3, 10),
    planar("gbrp12le", Rgb, 3, 12),
    planar("gbrp14le", Rgb, 3, 14),
    planar("gbrp16le", Rgb, 3, 16),
    planar("gbrpf32le", Rgb, 3, 32),
    planar("gbrap", Rgb, 4, 8),
    planar("gbrap10le", Rgb, 4, 10),
    planar("gbrap12le", Rgb, 4, 12),
    planar("gbrap16le", Rgb, 4, 16),
    planar("gbrapf32le", Rgb, 4, 32),
};

constexpr std::uint64_t shifted(std::uint64_t size, int shift) { return (size + (1u << shift) - 1) >> shift; }

bool is_chroma(const PixelFormat& format, int plane) { return plane == 1 || (plane == 2 && format.planes > 2); }

}  // namespace

std::span<const PixelFormat> pixel_formats() { return table; }

const PixelFormat* find_pixel_format(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &PixelFormat::name);
  return found == table.end() ? nullptr : found;
}

const PixelFormat& pixel_format(std::string_view name) {
  const PixelFormat* format = find_pixel_format(name);
  assert(format != nullptr);
  return *format;
}

std::uint64_t plane_width(const PixelFormat& format, int plane, std::uint32_t width) {
  switch (format.packing) {
    case Packing::Interleaved:
      return std::uint64_t{width} * static_cast<unsigned>(format.components);
    case Packing::Packed422:
      return shifted(width, 1) * 4;
    case Packing::SemiPlanar:
      return plane == 0 ? width : shifted(width, format.shift_x) * 2;
    case Packing::Planar:
      break;
  }
  return is_chroma(format, plane) ? shifted(width, format.shift_x) : width;
}

std::uint32_t plane_rows(const PixelFormat& format, int plane, std::uint32_t rows) {
  return static_cast<std::uint32_t>(is_chroma(format, plane) ? shifted(rows, format.shift_y) : rows);
}

std::uint64_t row_bytes(const PixelFormat& format, int plane, std::uint32_t width) {
  return plane_width(format, plane, width) * static_cast<unsigned>(format.sample_bytes());
}

std::uint64_t strip_bytes(const PixelFormat& format, std::uint32_t width, std::uint32_t rows) {
  std::uint64_t bytes = 0;
  for (int plane = 0; plane < format.planes; ++plane) {
    const std::uint64_t more = saturating_multiply(row_bytes(format, plane, width), plane_rows(format, plane, rows));
    if (__builtin_add_overflow(bytes, more, &bytes)) return ~std::uint64_t{0};
  }
  return bytes;
}

}  // namespace sl
