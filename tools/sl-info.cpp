// sl-info: describe a file, a foreign stream or a wire. For film and sound it becomes the helper that links FFmpeg.

#include "formats/commands/info.h"
#include "formats/csv/csv.h"
#include "formats/format_info.h"
#include "libcore/bytes/source.h"
#include "libcore/wire/reader.h"

int main(int argc, char** argv) {
  sl::InfoCommand command;
  command.tool.before_decoder([&](sl::Source& source) {
    command.bytes = source.size();
    // Pictures do not need FFmpeg's libraries.
    if (sl::recognise_format(source) == nullptr && !sl::looks_like_csv(source.peek(sl::sniff_bytes))) {
      command.tool.become("sl-info-av", &source);
    }
    return true;
  });
  return command.tool.run(argc, argv, [&](sl::Reader& in) {
    command.describe_wire(in);
    sl::InfoCommand::finish();
  });
}
