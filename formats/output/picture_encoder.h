// One picture or animation from the wire's rows to a format's bytes: turned upright, tone mapped for formats of 8 bits,
// converted for the format, encoded.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/format.h"
#include "formats/output/carried.h"
#include "libcore/pixels/step.h"

namespace sl {

struct Attachment;

class PictureWriter {
 public:
  virtual ~PictureWriter() = default;
  virtual void begin_frame(const Frame& frame) = 0;
  // Take rows before any conversion; `last` ends the frame.
  virtual void write_rows(const Strip& strip) = 0;
  virtual void flush() = 0;
  virtual void finish() = 0;
};

class PictureEncoder final : public PictureWriter {
 public:
  struct Settings {
    const Format& format;
    const FormatOptions& options;
    bool orient = true;  // turn upright; otherwise keep pixels and EXIF tag
    // Under pixels that lose their alpha; by default white, with a report.
    std::optional<std::array<float, 3>> background{};
    int threads = 1;
    Keep keep = Keep::All;
    std::uint64_t max_size = 0;                      // of a file, for a FittedPicture; 0: any
    SpilledMemory* spill = nullptr;                  // for whole frames; or main memory only
    std::function<void(const std::string&)> note{};  // gets a line about each change of the picture
  };
  // Writes the start of the file, and reports metadata that the format cannot hold.
  PictureEncoder(const Settings& settings, Target& target, const Track& track,
                 const std::vector<Attachment>& attachments, const LeftOut& left_out);
  ~PictureEncoder() override;
  // Begin the next page of a format that has pages.
  void next_page(const Track& track, const std::vector<Attachment>& attachments, const LeftOut& left_out);

  void begin_frame(const Frame& frame) override;
  void write_rows(const Strip& strip) override;
  void flush() override;
  void finish() override;

 private:
  void tone_map(const std::vector<Attachment>& attachments, Track& accepted);

  Settings settings_;
  std::unique_ptr<Encoder> encoder_;
  Chain steps_;
};

}  // namespace sl
