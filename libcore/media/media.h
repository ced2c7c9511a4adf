// What flows: pixel formats, tracks, frames, strips. Plain data; the bytes are wire.h's, the order stream.h's.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/rational.h"

namespace sl {

// ---- Pixel formats ----

enum class Model : std::uint8_t { Gray, Rgb, Yuv };
enum class Sample : std::uint8_t { U8, U16, F32 };
enum class Packing : std::uint8_t {
  Planar,       // a plane for each component; RGB planes are in the order G, B, R
  Interleaved,  // one plane, the components of a pixel side by side
  SemiPlanar,   // Y, then U and V side by side
  Packed422,    // one plane, two pixels in four samples: Y U Y V or U Y V Y
};

// One row of the closed list of formats; the names and plane orders are FFmpeg's.
struct PixelFormat {
  std::string_view name;
  Model model;
  Packing packing;
  Sample sample;
  int planes;      // 1 to 4
  int components;  // alpha included
  int bits;        // used bits of a sample: values are 0 to 2^bits - 1; 32 for float
  bool alpha;      // the last component (the last plane, where planar) is alpha
  int shift_x;     // chroma planes have ceil(width / 2^shift_x) samples
  int shift_y;     // by ceil(height / 2^shift_y)
  int low_bits;    // zero bits below the value: 6 for p010le, otherwise 0

  [[nodiscard]] int sample_bytes() const { return sample == Sample::U8 ? 1 : sample == Sample::U16 ? 2 : 4; }
};

[[nodiscard]] std::span<const PixelFormat> pixel_formats();
[[nodiscard]] const PixelFormat* find_pixel_format(std::string_view name);  // null if not in the list
[[nodiscard]] const PixelFormat& pixel_format(std::string_view name);       // must be in the list

// Samples in one row of a plane (all components of an interleaved one counted), and rows of that plane, for a picture
// or strip of `width` by `rows` pixels.
[[nodiscard]] std::uint64_t plane_width(const PixelFormat& format, int plane, std::uint32_t width);
[[nodiscard]] std::uint32_t plane_rows(const PixelFormat& format, int plane, std::uint32_t rows);
// Bytes of one packed row of a plane, and of `rows` packed rows of all planes, as a ROWS record holds them.
[[nodiscard]] std::uint64_t row_bytes(const PixelFormat& format, int plane, std::uint32_t width);
[[nodiscard]] std::uint64_t strip_bytes(const PixelFormat& format, std::uint32_t width, std::uint32_t rows);

// ---- Tracks ----

enum class Kind : std::uint8_t { Video, Audio, Data };
enum class Range : std::uint8_t { Unknown, Full, Limited };
enum class Chroma : std::uint8_t { Unknown, Center, Left, TopLeft };
enum class Alpha : std::uint8_t { None, Straight, Premultiplied };
enum class Fields : std::uint8_t { Unknown, Progressive, Top, Bottom };

// Numbers of ITU-T H.273; 2 is unknown.
struct Color {
  int primaries = 2, transfer = 2, matrix = 2;
  Range range = Range::Unknown;
  Chroma chroma = Chroma::Unknown;
  bool operator==(const Color&) const = default;
};

struct Track {
  Kind kind = Kind::Video;
  std::string codec = "raw";
  Rational time_base{1, 1};
  bool live = false;
  // Video
  const PixelFormat* pixels = nullptr;  // null where the codec is not raw
  std::uint32_t width = 0, height = 0;
  Color color;
  Alpha alpha = Alpha::None;
  int bits = 0;  // used bits a sample in the origin, as 1 of 8; 0: not told
  Rational rate;
  Rational sample_aspect;
  int orientation = 1;  // EXIF 1 to 8
  Fields fields = Fields::Unknown;
  std::int64_t loop = -1;  // times an animation is shown; 0 for ever, -1 not told
  // Audio
  std::string samples;  // "u8", "s16le", "s32le", "f32le"
  std::uint32_t sample_rate = 0, channels = 0;
  std::string layout;
  // Every other member (clock, source, language, meta, ...), as the text of a JSON object; passed on as it is.
  std::string rest;

  [[nodiscard]] bool is_raw_video() const { return kind == Kind::Video && codec == "raw"; }
  [[nodiscard]] bool is_raw_audio() const { return kind == Kind::Audio && codec == "raw"; }
  bool operator==(const Track&) const = default;
};

// Rows that a strip's height has to be a multiple of, the last strip apart.
[[nodiscard]] std::uint32_t strip_alignment(const Track& track);
// The height of strips to send by default: about 256 KiB of samples, a multiple of 16 where that fits the limit.
[[nodiscard]] std::uint32_t strip_rows(const Track& track);

// Bytes that belong to a track or to the whole stream: `icc`, `exif` (from the TIFF header on), `xmp`, ...
struct Attachment {
  std::string name;
  std::string bytes;
  std::uint8_t flags = 0;  // bit 0: for the next frame only; bit 1: tied to the very pixels
  bool operator==(const Attachment&) const = default;
};

// ---- Frames ----

namespace frame_flag {
inline constexpr std::uint32_t key = 1, discontinuity = 2, damaged = 4, hidden = 8, interlaced = 16, top_first = 32;
}

struct Frame {
  std::uint64_t number = 0;
  std::int64_t pts = no_time, duration = no_time, dts = no_time;  // in the track's time base
  std::int64_t capture = no_time;                                 // ns on the track's clock
  std::int64_t wall = no_time;                                    // UTC as POSIX time, ns
  std::uint32_t flags = frame_flag::key;
  std::string metadata;  // the text of a JSON object, or empty
  bool operator==(const Frame&) const = default;
};

// Rows of one plane, in somebody else's memory.
struct Plane {
  std::byte* data = nullptr;
  std::size_t stride = 0;  // bytes from a row to the next
  std::size_t width = 0;   // samples in a row, all interleaved components counted
  std::uint32_t rows = 0;

  template <class T>
  [[nodiscard]] T* row(std::uint32_t y) const {
    return reinterpret_cast<T*>(data + stride * y);
  }
};

// A full-width band of rows of a frame, in somebody else's memory.
struct Strip {
  const PixelFormat* format = nullptr;
  std::uint32_t width = 0;  // pixels
  std::uint32_t first = 0;  // row of the frame
  std::uint32_t rows = 0;   // of the frame, not of a subsampled plane
  std::array<Plane, 4> planes{};
  bool last = false;     // the frame is complete with it
  bool damaged = false;  // rows here were concealed or filled in
};

// Views on packed rows, as a ROWS record holds them, at `data`.
[[nodiscard]] Strip packed_strip(const PixelFormat& format, std::uint32_t width, std::uint32_t rows, std::byte* data);

// Rows of a strip from `skip` on, `rows` of them; both multiples of the vertical subsampling, the frame's end apart.
[[nodiscard]] Strip part_of(const Strip& strip, std::uint32_t skip, std::uint32_t rows);

// Copies the samples of a strip to another one of the same format, width and rows.
void copy_rows(const Strip& from, const Strip& to);

}  // namespace sl
