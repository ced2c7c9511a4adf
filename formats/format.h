// What a light format is: how its bytes are recognised, decoded and encoded. One constant of this type for each file in
// formats/; registry.cpp is the one table of them.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl {

// One option of a format: a flag of sl-decode or sl-encode, and a name inside `.jpg[NAME=VALUE]`.
struct FormatOption {
  enum class Kind : std::uint8_t { Flag, Integer, Choice };
  std::string_view name;    // "quality"
  std::string_view letter;  // "Q", or empty
  Kind kind;
  std::int64_t minimum, maximum;  // Integer
  std::string_view choices;       // Choice: "auto|420|444"
  std::string_view fallback;      // the default, as text; Flag: "" is off, "1" is on
  std::string_view help;
};

// Option values, checked against the format's table when they were set.
class FormatOptions {
 public:
  explicit FormatOptions(std::span<const FormatOption> table);
  // Throws Usage: no such option (naming those there are), or a value that does not fit.
  void set(std::string_view name, std::string_view value);
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] bool given(std::string_view name) const;

 private:
  std::span<const FormatOption> table_;
  std::map<std::string, std::string, std::less<>> values_;  // given ones
};

// A header: the track and what is attached to it (`icc`, `exif` from the TIFF header on, `xmp`). EXIF and XMP are those
// of the file, the orientation in them included, which take_orientation() and put_orientation() move.
struct Picture {
  Track track;
  std::vector<Attachment> attachments;
};

struct DecodeContext {
  Source& source;  // stands at the first byte of the picture
  const FormatOptions& options;
  bool salvage = false;                          // deliver what can be had of damaged data, marked, instead of throwing
  std::function<void(const std::string&)> warn;  // one line, without names of tool and input
};

// Decodes one still or animation. Errors are thrown as Error(Data, "NAME: PNG: ... at row 17"), Limit before memory is
// taken. It stops at the end of its own data, where the source then stands, not at the end of the file.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Reads up to the first pixel. Called once, first.
  virtual Picture header() = 0;
  // The next frame; nothing when the picture's own data has ended (and was checked to its end). Called after all rows
  // of the frame before were read.
  virtual std::optional<Frame> next_frame() = 0;
  // The next rows of the frame, at most `at_most` (a multiple of the strip alignment) but for one alignment at least;
  // fewer when getting more would wait for the input. Views on the decoder's memory, valid until the next call; any
  // stride. `last` is set with the frame's last row.
  virtual Strip read_rows(std::uint32_t at_most) = 0;
};

struct EncodeContext {
  Target& target;
  const FormatOptions& options;
  int threads = 1;  // what may be used, this one included
};

// Encodes one still or animation. Its bytes depend on pixels and options only: not on how strips were cut, threads or
// CPU.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // What this track has to be converted to (pixels, bits, color, alpha) to be written. Everything else as it came.
  // Throws Data where the format cannot hold it at all (too wide).
  virtual Track accept(const Track& offered) = 0;
  // `picture.track` is what accept() gave; attachments are those to write.
  virtual void begin(const Picture& picture) = 0;
  virtual void begin_frame(const Frame& frame) = 0;
  // Rows in order, any legal strip height, in the accepted format.
  virtual void write_rows(const Strip& strip) = 0;
  virtual void end_frame() = 0;
  // The input would wait: writes out what can be written.
  virtual void flush() = 0;
  // Completes the file's data; the target is the caller's to finish. A frame that was begun and not ended is left out
  // of an animation.
  virtual void finish() = 0;
};

struct Format {
  std::string_view name;        // as people write it: "JPEG"
  std::string_view extensions;  // "jpg jpeg jpe jfif"; the first is the usual one
  std::string_view note;        // for the help: what it needs, "a whole frame in memory to encode"; or empty
  bool animation;               // one file holds several frames
  // Whether these first bytes (up to 64; fewer at the end) are of this format. Reads content, never names.
  bool (*sniff)(std::span<const std::byte> head);
  std::span<const FormatOption> decode_options, encode_options;
  std::unique_ptr<Decoder> (*decoder)(const DecodeContext& context);
  std::unique_ptr<Encoder> (*encoder)(const EncodeContext& context);
};

// The one table (registry.cpp).
[[nodiscard]] std::span<const Format* const> formats();
[[nodiscard]] const Format* find_format_by_extension(std::string_view extension);  // without the dot, any case
[[nodiscard]] const Format* find_format_by_content(std::span<const std::byte> head);

}  // namespace sl
