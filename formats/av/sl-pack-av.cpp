// sl-pack becomes this program for packing with loss.

#include "formats/av/av_log.h"
#include "formats/av/encode/visual_packer.h"
#include "formats/commands/pack.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

int main(int argc, char** argv) {
  sl::PackCommand command;
  sl::av::ffmpeg_log().capture();
  return command.tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    const sl::av::VisualSettings settings{command.flatten, command.crf, command.bitrate, command.background_rgb()};
    sl::av::VisualPacker(settings, in, out).run();
  });
}
