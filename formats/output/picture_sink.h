// The last stage of a pipe of pictures: streams in, files out. One class for each way to write: a format of our own,
// the wire itself, a plug-in.

#pragma once

#include <optional>

#include "formats/output/output.h"
#include "formats/output/picture_encoder.h"
#include "libcore/wire/reader.h"

namespace sl {

class PictureSink {
 public:
  virtual ~PictureSink() = default;
  // Writes everything that comes.
  virtual void run(Reader& in) = 0;
  // The input would wait: what is complete goes out.
  virtual void flush() = 0;
  // It failed: nothing half stays. Returns what to tell of it (" (rec.slw.part has what came)"), or nothing.
  virtual std::string give_up() = 0;
};

// Pictures in a format of the table. Stills: a picture for each frame; animations: for each stream.
[[nodiscard]] std::unique_ptr<PictureSink> make_format_sink(const PictureEncoder::Settings& settings, Output& output);

// The wire into a file: a recording.
[[nodiscard]] std::unique_ptr<PictureSink> make_wire_sink(Output& output);

// Through a plug-in's encoder. `start` is called before the sandbox, by this function.
[[nodiscard]] std::unique_ptr<PictureSink> make_plugin_sink(const Plugin& plugin, Output& output);

}  // namespace sl
