// The interface of a format: decode and encode its bytes. A format has two halves. Its FormatInfo (format_info.h) is in
// every program; its Format, with the codec, is in sl-decode and sl-encode (registry.cpp has these light ones), or in a
// helper, sl-format-NAME, that both become (commands/sl-format.cpp).

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

#include "formats/format_info.h"
#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"

namespace sl {

struct Picture;
class SpilledMemory;
struct SandboxPlan;
struct Track;

// Option values, checked against the format's table when they were set.
class FormatOptions {
 public:
  explicit FormatOptions(std::span<const FormatOption> table);
  // Throw Usage for an unknown option (naming the known ones) or a value that does not fit.
  void set(std::string_view name, std::string_view value);
  [[nodiscard]] bool is_given(std::string_view name) const { return values_.contains(name); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  // Return a Value as its type; nothing if it is neither given nor has a default.
  template <class T>
  [[nodiscard]] std::optional<T> value(std::string_view name) const {
    if (text(name).empty()) return std::nullopt;
    T read{};
    parse_value(name, text(name), read);
    return read;
  }
  // Return the place of the word in the option's `what`, from 0.
  [[nodiscard]] std::size_t choice(std::string_view name) const;

 private:
  [[nodiscard]] const FormatOption& find(std::string_view name) const;

  std::span<const FormatOption> table_;
  std::map<std::string, std::string, std::less<>> values_;  // only given options
};

// Reports something that is lost: "left out: WHAT (WHY)".
using LeftOut = std::function<void(const std::string& what, const std::string& why)>;

struct DecodeContext {
  // At the first byte of the picture, its header phase ended, or its bytes kept to find the end of a damaged one.
  Source& source;
  const FormatOptions& options;
  bool salvage = false;  // deliver the readable part of damaged data, marked, instead of throwing
  std::function<void(const std::string&)> warn;  // one line, without names of tool and input
  LeftOut left_out = [](const std::string&, const std::string&) {};
};

// Decodes one still or animation. Throws Error(Data, "NAME: PNG: ... at row 17"), and Limit before memory is taken.
// Leaves the source at the end of the picture's data, not at the end of the file.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Read up to the first pixel. Called once, first.
  virtual Picture header() = 0;
  // Return the next frame, or nothing at the end of the picture's data (which was checked to its end). Called after
  // all rows of the previous frame were read.
  virtual std::optional<Frame> next_frame() = 0;
  // Return the next rows of the frame: at most `at_most` (a multiple of the strip alignment), at least one alignment,
  // fewer if more would wait for the input. The strip views the decoder's memory until the next call, with any
  // stride. `last` is set with the frame's last row.
  virtual Strip read_rows(std::uint32_t at_most) = 0;
  // Go to the next page of a file that has several, once next_frame() has returned nothing; header() then describes
  // it. Return false at the last one.
  virtual bool next_page() { return false; }
};

struct EncodeContext {
  Target& target;
  const FormatOptions& options;
  int threads = 1;  // what may be used, this one included
  LeftOut left_out = [](const std::string&, const std::string&) {};
  SpilledMemory* spill = nullptr;  // for whole frames; or main memory only
};

// Encodes one still or animation. Its bytes depend on pixels and options only: not on how strips were cut, threads or
// CPU.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Return `offered` with the pixels, bits, color and alpha that it must be converted to, all else unchanged. Throw
  // Data if the format cannot hold it at all (too wide).
  virtual Track accept(const Track& offered) = 0;
  // `picture.track` comes from accept(). Everything in it that the format's `carries` names is written. If the format
  // has pages, accept() and begin() are called for each.
  virtual void begin(const Picture& picture) = 0;
  virtual void begin_frame(const Frame& frame) = 0;
  // Rows in order, any legal strip height, in the accepted format.
  virtual void write_rows(const Strip& strip) = 0;
  virtual void end_frame() = 0;
  // Write all complete data; called when the input would wait.
  virtual void flush() = 0;
  // Complete the file's data; the caller finishes the target. An animation leaves out a frame that was not ended.
  virtual void finish() = 0;
};

struct Format {
  const FormatInfo& info;
  std::unique_ptr<Decoder> (*decoder)(const DecodeContext& context);
  std::unique_ptr<Encoder> (*encoder)(const EncodeContext& context);  // null if info.encodes is false
  // Return the size of the segment or chunk that begins at the source's position, if it is intact there, else 0. Null:
  // the format has none.
  std::size_t (*intact_part)(Source& source);
  // Load what the codec opens while it decodes, or let the sandbox permit it. Null: it opens nothing.
  void (*prepare)(SandboxPlan& plan) = nullptr;
  // Make a file of this format of one of the format that FormatInfo::repacks names, or the other way round, without
  // loss. Null: it cannot.
  void (*repack)(Source& source, const EncodeContext& context) = nullptr;
};

// Return the format of this program's table (registry.cpp) with this info, or null: it is in a helper, or `info` is
// null.
[[nodiscard]] const Format* find_format(const FormatInfo* info);
[[nodiscard]] const Format* find_format_by_content(std::span<const std::byte> head);

// Skip from inside a damaged picture to where the next one begins, or to the end of the source, or to the end of the
// part that contains the position `until`. Thumbnails in intact parts are skipped.
void skip_damaged(Source& source, const Format& format, std::uint64_t until = ~std::uint64_t{0});
// Skip to where a picture of this format or of a light one surely begins, or to the end; return the number of bytes.
std::uint64_t skip_to_picture(Source& source, const Format& format);

}  // namespace sl
