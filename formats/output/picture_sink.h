// The last stage of a pipe of pictures: streams in, files out. One class for each way to write: a format of the table,
// the wire itself, a plug-in.

#pragma once

#include "formats/output/output.h"
#include "formats/output/picture_encoder.h"
#include "libcore/wire/reader.h"

namespace sl {

class PictureSink {
 public:
  virtual ~PictureSink() = default;
  // Write the whole stream.
  virtual void run(Reader& in) = 0;
  // Write all complete data; called when the input would wait.
  virtual void flush() = 0;
  // After a failure: leave no partial output. Return a remark for the message (" (... is kept in rec.slw.part)"), or
  // nothing.
  virtual std::string give_up() = 0;
};

// Pictures in a format of the table. Stills: a picture for each frame; animations: for each stream.
[[nodiscard]] std::unique_ptr<PictureSink> make_format_sink(const PictureEncoder::Settings& settings, Output& output);

// The wire into a file: a recording.
[[nodiscard]] std::unique_ptr<PictureSink> make_wire_sink(Output& output, Keep keep);

// Through a plug-in's encoder. `start` is called before the sandbox, by this function.
[[nodiscard]] std::unique_ptr<PictureSink> make_plugin_sink(const Plugin& plugin, Output& output, Keep keep);

}  // namespace sl
