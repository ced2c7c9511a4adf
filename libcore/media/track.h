// Tracks: everything about a picture, film or sound that holds for all of its frames.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/base/rational.h"
#include "libcore/media/color.h"
#include "libcore/media/kind.h"
#include "libcore/media/pixel_format.h"

namespace sl {

enum class Fields : std::uint8_t { Unknown, Progressive, Top, Bottom };

// The codec of tracks whose samples are packed without loss (libcore/packing).
inline constexpr std::string_view lossless_codec = "sl-lossless";

struct Track {
  Kind kind = Kind::Video;
  std::string codec = "raw";
  Rational time_base{1, 1};
  bool live = false;
  // Video
  const PixelFormat* pixels = nullptr;  // null unless the codec is raw or lossless_codec
  std::uint32_t width = 0, height = 0;
  Color color;
  Alpha alpha = Alpha::None;
  int bits = 0;  // used bits a sample in the origin, as 1 of 8; 0: unknown
  Rational rate;
  Rational sample_aspect;
  int orientation = 1;  // EXIF 1 to 8
  Fields fields = Fields::Unknown;
  std::int64_t loop = -1;  // times an animation is shown; 0 for ever, -1 unknown
  // Audio
  std::string samples;  // "u8", "s16le", "s32le", "f32le"
  std::uint32_t sample_rate = 0, channels = 0;
  std::string layout;
  // Every other member (clock, source, language, meta, ...), as the text of a JSON object; passed on unchanged.
  std::string rest;

  [[nodiscard]] bool is_raw_video() const { return kind == Kind::Video && codec == "raw"; }
  [[nodiscard]] bool is_raw_audio() const { return kind == Kind::Audio && codec == "raw"; }
  [[nodiscard]] bool is_packed() const { return kind != Kind::Data && codec == lossless_codec; }
  bool operator==(const Track&) const = default;
};

// Return a string member of a track's `rest`, or "" if it is missing or no string; and whether a member is true.
[[nodiscard]] std::string rest_text(const Track& track, std::string_view member);
[[nodiscard]] bool rest_flag(const Track& track, std::string_view member);

// The height of every strip but the last is a multiple of this many rows.
[[nodiscard]] std::uint32_t strip_alignment(const Track& track);
// The height of strips to send by default: about 256 KiB of samples, a multiple of 16 if that fits the limit.
[[nodiscard]] std::uint32_t strip_rows(const Track& track);

}  // namespace sl
