// The table of cameras' formats. Names and layouts: the kernel's "Image Formats"
// (https://docs.kernel.org/userspace-api/media/v4l/pixfmt.html).

#include "devices/v4l2/formats.h"

#include <linux/videodev2.h>

#include <algorithm>
#include <cctype>

namespace sl::v4l2 {

namespace {

constexpr WirePlane whole(std::uint8_t from) { return {from, 0, {}}; }
template <class... Bytes>
constexpr WirePlane some(int from, Bytes... bytes) {
  return {static_cast<std::uint8_t>(from), sizeof...(bytes), {static_cast<std::uint8_t>(bytes)...}};
}

constexpr Format packed(std::uint32_t fourcc, std::string_view pixels, CameraPlane camera, WirePlane wire = {},
                        int bits = 8) {
  return {fourcc, "raw", pixels, 1, {camera}, {wire}, bits};
}
// Luma, and chroma of both kinds side by side.
constexpr Format semiplanar(std::uint32_t fourcc, std::string_view pixels, std::uint8_t shift_x, std::uint8_t shift_y,
                            WirePlane second, WirePlane third = {}, std::uint8_t sample = 1) {
  const CameraPlane luma{sample, 0, 0}, chroma{static_cast<std::uint8_t>(2 * sample), shift_x, shift_y};
  return {fourcc, "raw", pixels, 2, {luma, chroma}, {whole(0), second, third}, sample == 1 ? 8 : 10};
}
constexpr Format planar(std::uint32_t fourcc, std::string_view pixels, std::uint8_t shift_x, std::uint8_t shift_y,
                        bool v_first = false) {
  const CameraPlane luma{1, 0, 0}, chroma{1, shift_x, shift_y};
  return {fourcc, "raw", pixels, 3, {luma, chroma, chroma}, {whole(0), whole(v_first ? 2 : 1), whole(v_first ? 1 : 2)},
          8};
}
constexpr Format compressed(std::uint32_t fourcc, std::string_view codec) { return {fourcc, codec, {}, 0, {}, {}, 0}; }

constexpr CameraPlane one{1, 0, 0}, two{2, 0, 0}, three{3, 0, 0}, four{4, 0, 0}, pair{4, 1, 0};

// Within a group, the ones that need no copy come first.
constexpr std::array table{
    planar(V4L2_PIX_FMT_YUV420, "yuv420p", 1, 1),
    planar(V4L2_PIX_FMT_YVU420, "yuv420p", 1, 1, true),
    planar(V4L2_PIX_FMT_YUV420M, "yuv420p", 1, 1),
    planar(V4L2_PIX_FMT_YVU420M, "yuv420p", 1, 1, true),
    planar(V4L2_PIX_FMT_YUV422P, "yuv422p", 1, 0),
    planar(V4L2_PIX_FMT_YUV422M, "yuv422p", 1, 0),
    planar(V4L2_PIX_FMT_YVU422M, "yuv422p", 1, 0, true),
    planar(V4L2_PIX_FMT_YUV444M, "yuv444p", 0, 0),
    planar(V4L2_PIX_FMT_YVU444M, "yuv444p", 0, 0, true),
    planar(V4L2_PIX_FMT_YUV411P, "yuv411p", 2, 0),
    planar(V4L2_PIX_FMT_YUV410, "yuv410p", 2, 2),
    planar(V4L2_PIX_FMT_YVU410, "yuv410p", 2, 2, true),
    semiplanar(V4L2_PIX_FMT_NV12, "nv12", 1, 1, whole(1)),
    semiplanar(V4L2_PIX_FMT_NV12M, "nv12", 1, 1, whole(1)),
    semiplanar(V4L2_PIX_FMT_P010, "p010le", 1, 1, whole(1), {}, 2),
    semiplanar(V4L2_PIX_FMT_NV21, "nv12", 1, 1, some(1, 1, 0)),
    semiplanar(V4L2_PIX_FMT_NV21M, "nv12", 1, 1, some(1, 1, 0)),
    semiplanar(V4L2_PIX_FMT_NV16, "yuv422p", 1, 0, some(1, 0), some(1, 1)),
    semiplanar(V4L2_PIX_FMT_NV16M, "yuv422p", 1, 0, some(1, 0), some(1, 1)),
    semiplanar(V4L2_PIX_FMT_NV61, "yuv422p", 1, 0, some(1, 1), some(1, 0)),
    semiplanar(V4L2_PIX_FMT_NV61M, "yuv422p", 1, 0, some(1, 1), some(1, 0)),
    semiplanar(V4L2_PIX_FMT_NV24, "yuv444p", 0, 0, some(1, 0), some(1, 1)),
    semiplanar(V4L2_PIX_FMT_NV42, "yuv444p", 0, 0, some(1, 1), some(1, 0)),
    packed(V4L2_PIX_FMT_YUYV, "yuyv422", pair),
    packed(V4L2_PIX_FMT_UYVY, "uyvy422", pair),
    packed(V4L2_PIX_FMT_YVYU, "yuyv422", pair, some(0, 0, 3, 2, 1)),
    packed(V4L2_PIX_FMT_VYUY, "uyvy422", pair, some(0, 2, 1, 0, 3)),
    Format{V4L2_PIX_FMT_YUV24, "raw", "yuv444p", 1, {three}, {some(0, 0), some(0, 1), some(0, 2)}, 8},
    packed(V4L2_PIX_FMT_RGB24, "rgb24", three),
    packed(V4L2_PIX_FMT_BGR24, "rgb24", three, some(0, 2, 1, 0)),
    packed(V4L2_PIX_FMT_RGBA32, "rgba", four),
    packed(V4L2_PIX_FMT_ABGR32, "rgba", four, some(0, 2, 1, 0, 3)),
    packed(V4L2_PIX_FMT_BGRA32, "rgba", four, some(0, 3, 2, 1, 0)),
    packed(V4L2_PIX_FMT_ARGB32, "rgba", four, some(0, 1, 2, 3, 0)),
    packed(V4L2_PIX_FMT_RGBX32, "rgb24", four, some(0, 0, 1, 2)),
    packed(V4L2_PIX_FMT_XBGR32, "rgb24", four, some(0, 2, 1, 0)),
    packed(V4L2_PIX_FMT_BGRX32, "rgb24", four, some(0, 3, 2, 1)),
    packed(V4L2_PIX_FMT_XRGB32, "rgb24", four, some(0, 1, 2, 3)),
    packed(V4L2_PIX_FMT_BGR32, "rgb24", four, some(0, 2, 1, 0)),  // whether the fourth is alpha is not defined
    packed(V4L2_PIX_FMT_RGB32, "rgb24", four, some(0, 1, 2, 3)),
    packed(V4L2_PIX_FMT_GREY, "gray", one),
    packed(V4L2_PIX_FMT_Y16, "gray16le", two, {}, 16),
    packed(V4L2_PIX_FMT_Y16_BE, "gray16le", two, some(0, 1, 0), 16),
    packed(V4L2_PIX_FMT_Y14, "gray16le", two, some(0, 0, 1), 14),
    packed(V4L2_PIX_FMT_Y12, "gray16le", two, some(0, 0, 1), 12),
    packed(V4L2_PIX_FMT_Y10, "gray16le", two, some(0, 0, 1), 10),
    compressed(V4L2_PIX_FMT_MJPEG, "mjpeg"),
    compressed(V4L2_PIX_FMT_JPEG, "mjpeg"),
    compressed(V4L2_PIX_FMT_H264, "h264"),
    compressed(V4L2_PIX_FMT_HEVC, "hevc"),
    compressed(V4L2_PIX_FMT_VP8, "vp8"),
    compressed(V4L2_PIX_FMT_VP9, "vp9"),
    compressed(V4L2_PIX_FMT_MPEG4, "mpeg4"),
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

bool Format::is_copied() const {
  return std::ranges::any_of(wire, [](const WirePlane& plane) { return plane.count != 0; });
}

std::uint64_t Format::row_bytes(int plane, std::uint32_t width) const {
  const CameraPlane& p = camera.at(static_cast<std::size_t>(plane));
  return ((std::uint64_t{width} + (1u << p.shift_x) - 1) >> p.shift_x) * p.bytes;
}

std::uint32_t Format::rows(int plane, std::uint32_t height) const {
  const CameraPlane& p = camera.at(static_cast<std::size_t>(plane));
  return static_cast<std::uint32_t>((std::uint64_t{height} + (1u << p.shift_y) - 1) >> p.shift_y);
}

std::optional<Format> find_format(std::uint32_t fourcc) {
  const auto* found = std::ranges::find(table, fourcc, &Format::fourcc);
  return found == table.end() ? std::nullopt : std::optional(*found);
}

std::vector<std::uint32_t> contiguous_formats() {
  std::vector<std::uint32_t> found;
  for (const Format& format : table) {
    const bool has_memories = fourcc_name(format.fourcc)[1] == 'M';  // YM12, NM12: a memory for each plane
    const bool is_reversed = format.planes == 3 && format.wire[1].from == 2;
    if (format.is_raw() && !format.is_copied() && !has_memories && !is_reversed && format.bits % 8 == 0) {
      found.push_back(format.fourcc);
    }
  }
  return found;
}

int preference(const Format& format) {
  if (!format.is_raw()) return format.codec == "mjpeg" ? 4 : 5;
  // Gray and alpha are for those who ask for them.
  const PixelFormat& pixels = pixel_format(format.pixels);
  const bool plain = pixels.model != Model::Gray && !pixels.alpha;
  return (plain ? 0 : 2) + (format.is_copied() ? 1 : 0);
}

std::string fourcc_name(std::uint32_t fourcc) {
  std::string name;
  for (int i = 0; i < 4; ++i) name += static_cast<char>(fourcc >> (8 * i) & 0x7f);
  name.erase(name.find_last_not_of(' ') + 1);
  return (fourcc >> 31) != 0 ? name + "-BE" : name;  // "Y16-BE"
}

bool is_called(std::uint32_t fourcc, std::string_view name) {
  if (lower(name) == lower(fourcc_name(fourcc))) return true;
  const auto format = find_format(fourcc);
  return format && lower(name) == (format->is_raw() ? format->pixels : format->codec);
}

bool is_format_name(std::string_view name) {
  return std::ranges::any_of(table, [&](const Format& format) { return is_called(format.fourcc, name); });
}

}  // namespace sl::v4l2
