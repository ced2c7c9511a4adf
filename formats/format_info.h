// Facts about a format that need no codec: its names, and how to recognise its bytes. A program that only recognises
// pictures (sl-info) links these and no more.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sl {

// What a format's encoder writes beside the pixels; the rest is reported (formats/output/carried.h).
struct Carries {
  bool icc = false, color = false;  // a profile; numbers of H.273 (the encoder writes those of the track)
  bool exif = false, xmp = false, iptc = false;
  bool comment = false, texts = false;        // a text under the keyword "Comment"; under any keyword
  bool density = false, pixel_shape = false;  // the shape: a sample aspect without a density
  bool png_hints = false;                     // `meta.significant_bits`, `.background`, `.rendering_intent`
};

struct FormatInfo {
  std::string_view name;        // for users: "JPEG"
  std::string_view extensions;  // "jpg jpeg jpe jfif"; the first is the usual one
  std::string_view note;        // for the help: a requirement, "a whole frame in memory to encode"; or empty
  bool animation;               // one file holds several frames
  // Whether these first bytes (up to sniff_bytes; fewer at the end) are of this format. Reads content, never names.
  bool (*sniff)(std::span<const std::byte> head);
  // The same with certainty, to search for a picture in any bytes; null if `sniff` is certain.
  bool (*sniff_surely)(std::span<const std::byte> head);
  Carries carries = {};
};

inline constexpr std::size_t sniff_bytes = 64;

// Return the format of these first bytes, or null.
[[nodiscard]] const FormatInfo* recognise_format(std::span<const std::byte> head);
// Return whether a picture surely begins with these bytes.
[[nodiscard]] bool is_surely_picture(std::span<const std::byte> head);

}  // namespace sl
