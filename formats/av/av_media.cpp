// The tables and small conversions between FFmpeg's terms and the wire's.

#include "formats/av/av_media.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "formats/av/av_log.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {

// FFmpeg has some of the wire's formats under another name, or not at all.
AVPixelFormat find_av_format(std::string_view name) {
  if (name == "gray") return AV_PIX_FMT_GRAY8;
  if (name == "grayf32le") return AV_PIX_FMT_GRAYF32LE;
  if (name == "rgbf32le" || name == "rgbaf32le") return AV_PIX_FMT_NONE;
  return av_get_pix_fmt(std::string(name).c_str());
}

}  // namespace

Error av_failure(int code, const std::string& name, const std::string& what) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  std::string message = name + ": " + what + ": " + text.data();
  const std::string detail = ffmpeg_log().take_last_error();
  if (!detail.empty()) message += " (" + detail + ")";
  if (code == AVERROR(ENOMEM)) return {Status::Resources, message};
  if (code == AVERROR(EIO)) return {Status::Io, message};
  return {Status::Data, message};
}

const PixelFormat* wire_format(AVPixelFormat format) {
  const char* const known = av_get_pix_fmt_name(format);
  if (known == nullptr) return nullptr;
  const std::string_view name = known;
  // In full range FFmpeg has other names for the same samples.
  return find_pixel_format(name.starts_with("yuvj") ? "yuv" + std::string(name.substr(4)) : std::string(name));
}

AVPixelFormat av_format(const PixelFormat& format) { return find_av_format(format.name); }

AVPixelFormat nearest_wire_format(AVPixelFormat format) {
  if (wire_format(format) != nullptr) return format;
  static const std::vector<AVPixelFormat> list = [] {
    std::vector<AVPixelFormat> all;
    for (const PixelFormat& candidate : pixel_formats()) {
      const AVPixelFormat known = av_format(candidate);
      if (known != AV_PIX_FMT_NONE) all.push_back(known);
    }
    all.push_back(AV_PIX_FMT_NONE);
    return all;
  }();
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  if (description == nullptr) return AV_PIX_FMT_NONE;
  const bool alpha = (description->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
  if ((description->flags & AV_PIX_FMT_FLAG_PAL) != 0) return AV_PIX_FMT_RGBA;
  int loss = 0;
  return avcodec_find_best_pix_fmt_of_list(list.data(), format, alpha ? 1 : 0, &loss);
}

std::string wire_samples(AVSampleFormat format) {
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8:
      return "u8";
    case AV_SAMPLE_FMT_S16:
      return "s16le";
    case AV_SAMPLE_FMT_S32:
    case AV_SAMPLE_FMT_S64:
      return "s32le";
    default:
      return "f32le";
  }
}

AVSampleFormat av_samples(std::string_view samples) {
  if (samples == "u8") return AV_SAMPLE_FMT_U8;
  if (samples == "s16le") return AV_SAMPLE_FMT_S16;
  if (samples == "s32le") return AV_SAMPLE_FMT_S32;
  return AV_SAMPLE_FMT_FLT;
}

namespace {

// In the order of Range and Chroma.
constexpr std::array ranges{AVCOL_RANGE_UNSPECIFIED, AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG};
constexpr std::array sitings{AVCHROMA_LOC_UNSPECIFIED, AVCHROMA_LOC_CENTER, AVCHROMA_LOC_LEFT, AVCHROMA_LOC_TOPLEFT};

Color wire_color(AVColorPrimaries primaries, AVColorTransferCharacteristic transfer, AVColorSpace matrix,
                 AVColorRange range, AVChromaLocation chroma, AVPixelFormat format) {
  Color color;
  const auto number = [](int value) { return value < 0 || value > 255 ? 2 : value; };
  color.primaries = number(primaries);
  color.transfer = number(transfer);
  color.matrix = number(matrix);
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  // A palette is of RGB.
  constexpr std::uint64_t of_rgb = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL;
  const bool rgb = description != nullptr && (description->flags & of_rgb) != 0;
  if (rgb) color.matrix = 0;
  const std::string_view name = description == nullptr ? "" : description->name;
  if (range == AVCOL_RANGE_JPEG || (range == AVCOL_RANGE_UNSPECIFIED && (rgb || name.starts_with("yuvj")))) {
    color.range = Range::Full;
  } else if (range == AVCOL_RANGE_MPEG) {
    color.range = Range::Limited;
  }
  const auto* const siting = std::ranges::find(sitings, chroma);
  if (siting != sitings.end()) color.chroma = static_cast<Chroma>(siting - sitings.begin());
  return color;
}

// FFmpeg's structures name two of the members differently.
template <class T>
void set_color(T& to, AVColorSpace T::*matrix, AVChromaLocation T::*chroma, const Color& color) {
  to.color_primaries = static_cast<AVColorPrimaries>(color.primaries);
  to.color_trc = static_cast<AVColorTransferCharacteristic>(color.transfer);
  to.*matrix = static_cast<AVColorSpace>(color.matrix);
  to.color_range = ranges.at(static_cast<std::size_t>(color.range));
  to.*chroma = sitings.at(static_cast<std::size_t>(color.chroma));
}

}  // namespace

Color wire_color(const AVFrame& frame) {
  return wire_color(frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range, frame.chroma_location,
                    static_cast<AVPixelFormat>(frame.format));
}

Color wire_color(const AVCodecParameters& parameters) {
  return wire_color(parameters.color_primaries, parameters.color_trc, parameters.color_space, parameters.color_range,
                    parameters.chroma_location, static_cast<AVPixelFormat>(parameters.format));
}

void set_color(AVFrame& frame, const Color& color) {
  set_color(frame, &AVFrame::colorspace, &AVFrame::chroma_location, color);
}

void set_color(AVCodecContext& context, const Color& color) {
  set_color(context, &AVCodecContext::colorspace, &AVCodecContext::chroma_sample_location, color);
}

void set_color(AVCodecParameters& parameters, const Color& color) {
  set_color(parameters, &AVCodecParameters::color_space, &AVCodecParameters::chroma_location, color);
}

// A display matrix maps stored to shown coordinates, x to the right and y down: (x', y') = (a x + c y, b x + d y).
// EXIF's orientations are the eight matrices of 0, 1 and -1.
namespace {
constexpr std::array<std::array<int, 4>, 8> orientation_matrices{{{1, 0, 0, 1},
                                                                  {-1, 0, 0, 1},
                                                                  {-1, 0, 0, -1},
                                                                  {1, 0, 0, -1},
                                                                  {0, 1, 1, 0},
                                                                  {0, 1, -1, 0},
                                                                  {0, -1, -1, 0},
                                                                  {0, -1, 1, 0}}};
}

int orientation_of(const std::int32_t* matrix) {
  const auto unit = [](std::int32_t value) {
    const double v = value / 65536.0;
    return std::abs(v) < 0.1 ? 0 : v > 0 ? 1 : -1;
  };
  const std::array<int, 4> found{unit(matrix[0]), unit(matrix[1]), unit(matrix[3]), unit(matrix[4])};
  for (std::size_t i = 0; i < orientation_matrices.size(); ++i) {
    if (orientation_matrices.at(i) == found) return static_cast<int>(i) + 1;
  }
  return 1;
}

void display_matrix(int orientation, std::int32_t* matrix) {
  const auto& m = orientation_matrices.at(static_cast<std::size_t>(orientation - 1));
  const std::array<std::int32_t, 9> full{m[0] * 65536, m[1] * 65536, 0, m[2] * 65536, m[3] * 65536, 0, 0, 0, 1 << 30};
  std::copy(full.begin(), full.end(), matrix);
}

bool is_wire_rational(AVRational r) {
  return r.num >= 1 && r.den >= 1 && r.num <= wire_limit::number && r.den <= wire_limit::number;
}

}  // namespace sl::av
