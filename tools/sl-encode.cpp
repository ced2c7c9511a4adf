// sl-encode: pictures from the wire to a format: to standard output, a file, or numbered files. For film and sound, and
// for formats whose library is large, it becomes a helper (formats/av/sl-encode-av.cpp,
// formats/commands/sl-format.cpp).

#include "formats/commands/encode.h"
#include "formats/commands/pictures.h"

int main(int argc, char** argv) {
  sl::EncodeCommand command;
  command.tool.check([&] {
    command.read();
    if (command.container != nullptr) command.tool.become("sl-encode-av");
    if (const sl::FormatInfo* helper = sl::find_encoding_helper(command)) {
      sl::become_format(command.tool, *helper, "encode");
    }
  });
  return sl::encode_pictures(command, nullptr, argc, argv);
}
