// sl-resample: the rate, channels and format of sound; it becomes the helper that links libswresample.

#include "formats/commands/filter.h"

int main(int argc, char** argv) {
  sl::ResampleCommand command;
  command.checked = [&] { command.tool.become("sl-resample-av"); };
  return command.tool.run(argc, argv, [](sl::Reader&, sl::Writer&) {});
}
