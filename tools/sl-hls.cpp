// sl-hls: a stream as HLS in a folder. It becomes the helper that links FFmpeg.

#include "formats/commands/hls.h"

int main(int argc, char** argv) {
  sl::HlsCommand command;
  command.tool.check([&] {
    command.read();
    command.tool.become("sl-hls-av");
  });
  return command.tool.run(argc, argv, [](sl::Reader&) {});
}
