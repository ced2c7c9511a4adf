// One picture or animation from the wire's rows to a format's bytes: turned upright, converted for the format,
// encoded.

#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "formats/format.h"
#include "formats/output/carried.h"
#include "libcore/pixels/step.h"

namespace sl {

struct Attachment;

class PictureEncoder {
 public:
  struct Settings {
    const Format& format;
    const FormatOptions& options;
    bool orient = true;                        // turn upright; otherwise keep pixels and EXIF tag
    std::array<float, 3> background{0, 0, 0};  // under pixels that lose their alpha
    int threads = 1;
    Keep keep = Keep::All;
  };
  // Writes the start of the file, and reports metadata that the format cannot hold.
  PictureEncoder(const Settings& settings, Target& target, const Track& track,
                 const std::vector<Attachment>& attachments, const LeftOut& left_out);
  ~PictureEncoder();
  // Begin the next page of a format that has pages.
  void next_page(const Track& track, const std::vector<Attachment>& attachments, const LeftOut& left_out);

  void begin_frame(const Frame& frame);
  // Take rows before any conversion; `last` ends the frame.
  void write_rows(const Strip& strip);
  void flush();
  void finish();

 private:
  Settings settings_;
  std::unique_ptr<Encoder> encoder_;
  Chain steps_;
};

}  // namespace sl
