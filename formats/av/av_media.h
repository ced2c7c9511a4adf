// FFmpeg's names and the wire's: pixel and sample formats, colour, rotation.

#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

#include <string>
#include <string_view>

#include "formats/av/av_memory.h"
#include "libcore/base/error.h"
#include "libcore/base/rational.h"
#include "libcore/media/color.h"
#include "libcore/media/pixel_format.h"

namespace sl {
struct Attachment;
struct Frame;
struct Track;
}  // namespace sl

namespace sl::av {

// ---- Errors ----

// "NAME: WHAT: Invalid data found when processing input", with the status for the code; Data if none is closer.
[[nodiscard]] Error av_failure(int code, const std::string& name, const std::string& what);

// ---- Formats ----

// Return the format of the wire with exactly these samples; null if the wire has none.
[[nodiscard]] const PixelFormat* wire_format(AVPixelFormat format);
[[nodiscard]] AVPixelFormat av_format(const PixelFormat& format);  // AV_PIX_FMT_NONE: not in FFmpeg (rgbf32le)
// Return the format to convert to without loss if the wire lacks this one (palettes, other orders, big endian).
[[nodiscard]] AVPixelFormat nearest_wire_format(AVPixelFormat format);

// The sample format of the wire for sound: "u8", "s16le", "s32le", "f32le" (f64 and s64 are narrowed).
[[nodiscard]] std::string wire_samples(AVSampleFormat format);
[[nodiscard]] AVSampleFormat av_samples(std::string_view samples);  // interleaved

// ---- Colour and geometry ----

[[nodiscard]] Color wire_color(const AVFrame& frame);
[[nodiscard]] Color wire_color(const AVCodecParameters& parameters);
void set_color(AVFrame& frame, const Color& color);
void set_color(AVCodecContext& context, const Color& color);
void set_color(AVCodecParameters& parameters, const Color& color);

// Return the EXIF orientation of a display matrix (nine int32 as of AV_PKT_DATA_DISPLAYMATRIX), 1 if it is no quarter
// turn or mirroring; and write the matrix of an orientation.
[[nodiscard]] int orientation_of(const std::int32_t* matrix);
void display_matrix(int orientation, std::int32_t* matrix);

[[nodiscard]] inline Rational rational(AVRational r) { return {r.num, r.den}; }
[[nodiscard]] inline AVRational av_rational(const Rational& r) {
  return {static_cast<int>(r.num), static_cast<int>(r.den)};
}
// Whether both parts are within the wire's bounds.
[[nodiscard]] bool is_wire_rational(AVRational r);

}  // namespace sl::av
