// The first stage of a pipe of pictures: files in, streams out. One picture after another, of any formats of the table.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "formats/format.h"
#include "formats/input/warnings.h"
#include "formats/picture.h"
#include "libcore/wire/writer.h"

namespace sl {

// Send the picture's TRACK and attachments, upright ones' orientation in the track if `orient`.
void send_header(Writer& out, std::uint16_t track, Picture picture, bool orient, Warnings& warnings);

class PictureSource {
 public:
  struct Settings {
    bool orient = true;
    // Deliver the usable part of damaged pictures, and continue with the next one.
    bool salvage = false;
    // Leave damaged pictures out, continue with the next one, and fail at the end.
    bool keep_going = false;
    // The source seeks, but its bytes came from a pipe.
    bool spooled = false;
    std::function<FormatOptions(const Format&)> options;
    // The stage to name in front of each stream, which then begins with a whole header.
    std::optional<wire::StageInfo> origin{};
  };

  PictureSource(Source& source, Writer& out, Settings settings);

  // Write all pictures; the first one is of this format, which need not be in this program's table. Throw Data for a
  // damaged one.
  void run(const Format* format);

 private:
  void begin();
  void pass(const Format& format);
  bool decode(const Format& format, const FormatOptions& options);
  [[nodiscard]] std::optional<Error> try_out(const Format& format, const FormatOptions& options);
  [[nodiscard]] bool ends_well(const Format& format, bool damaged);
  void lose(const Format& format, const Error& error);
  [[nodiscard]] const Format* format_here(const Format& own) const;
  [[nodiscard]] const Format* next(const Format& first);
  void end(const Format& last);
  [[nodiscard]] bool is_file() const { return source_.can_seek() && !source_.is_remote() && !settings_.spooled; }
  [[nodiscard]] bool recovers() const { return settings_.salvage || settings_.keep_going; }

  Source& source_;
  Writer& out_;
  Settings settings_;
  std::uint64_t start_ = 0;  // of the picture in progress
  std::uint64_t number_ = 0, lost_ = 0;
  bool leftover_ = false;  // what follows is no picture
  std::optional<Error> first_loss_;
};

}  // namespace sl
