// Facts about a format that need no codec: its names, its options, and how to recognise its bytes. Every program has
// them for every format; the codec is in sl-decode and sl-encode, or in a helper of its own (format.h).

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sl {

class Source;

// One option of a format: a flag of sl-decode or sl-encode, and a name inside `.jpg[NAME=VALUE]`.
struct FormatOption {
  enum class Kind : std::uint8_t { Flag, Integer, Choice, Value };
  std::string_view name;    // "quality"
  std::string_view letter;  // "Q", or empty
  Kind kind;
  std::int64_t minimum, maximum;  // Integer
  std::string_view what;          // Choice: "auto|420|444"; Value: its name in the help, "WxH"
  std::string_view fallback;      // the default, as text; Flag: "" is off, "1" is on
  std::string_view help;
  // Value: a type with a parse_value (base/parse.h); checks_as of it.
  void (*check)(std::string_view option, std::string_view text) = nullptr;
};

// FormatOption::check of a Value of type T.
template <class T>
void checks_as(std::string_view option, std::string_view text) {
  T value{};
  parse_value(option, text, value);
}

// What a format's encoder writes beside the pixels; the rest is reported (formats/output/carried.h).
struct Carries {
  bool icc = false, color = false;  // a profile; numbers of H.273 (the encoder writes those of the track)
  bool linear_light = false;        // of all numbers those of linear light alone
  bool exif = false, xmp = false, iptc = false;
  bool comment = false, texts = false;        // a text under the keyword "Comment"; under any keyword
  bool density = false, pixel_shape = false;  // the shape: a sample aspect without a density
  bool exif_thumbnail = true;                 // in EXIF
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
  std::span<const FormatOption> decode_options = {}, encode_options = {};
  bool pages = false;  // one file holds several pictures of any sizes (Decoder::next_page, Encoder::begin)
  // Of a format whose library is large: the part of the installation that links it ("sl-format-tiff"), and Debian's
  // package that this part is built with.
  std::string_view helper = {}, package = {};
  bool encodes = true;  // false: it is only read
  // A flag of the encoder that is also a suffix: it makes the file of one of that format without loss. The helper of
  // either format has it (Format::repack).
  std::string_view repacks = {};
  // Whether its files are samples without a meaning: they stay as they are.
  bool keeps_codes = false;
  // Of a format whose first bytes may be another's too: whether its `sniff` should see far_sniff_bytes. It comes before
  // the other ones then.
  bool (*suspects)(std::span<const std::byte> head) = nullptr;
  // Of a light format some of whose files are read from their end: whether this is one. From a pipe it is spooled.
  bool (*ends_first)(std::span<const std::byte> head) = nullptr;
};

inline constexpr std::size_t sniff_bytes = 64, far_sniff_bytes = 16 << 10;

// The one table of formats (format_info.cpp).
[[nodiscard]] std::span<const FormatInfo* const> format_infos();
// Return the format with this suffix (without the dot, in any case), or null.
[[nodiscard]] const FormatInfo* find_format_info(std::string_view extension);
// Return the format of these first bytes, or null.
[[nodiscard]] const FormatInfo* recognise_format(std::span<const std::byte> head);
// The same, and look further where the first bytes may be those of several formats.
[[nodiscard]] const FormatInfo* recognise_format(Source& source);
// Return whether a picture surely begins with these bytes. Only formats without a helper may follow another picture.
[[nodiscard]] bool is_surely_picture(std::span<const std::byte> head);

}  // namespace sl
