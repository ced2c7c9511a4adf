// sl-pack: the same stream in fewer bytes, for a slow line to another machine. For packing with loss it becomes a
// helper, which links encoders.

#include "formats/commands/pack.h"
#include "libcore/packing/pack_stream.h"
#include "libcore/wire/writer.h"

int main(int argc, char** argv) {
  sl::PackCommand command;
  command.checked = [&] {
    if (command.mode == sl::PackCommand::Mode::Visual) command.tool.become("sl-pack-av");
  };
  return command.tool.run(argc, argv, [](sl::Reader& in, sl::Writer& out) {
    out.describe("packs without loss");
    sl::pack_streams(in, out);
  });
}
