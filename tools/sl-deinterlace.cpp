// sl-deinterlace: progressive frames of interlaced ones; it becomes the helper that links libavfilter.

#include "formats/commands/filter.h"

int main(int argc, char** argv) {
  sl::DeinterlaceCommand command;
  command.checked = [&] { command.tool.become("sl-deinterlace-av"); };
  return command.tool.run(argc, argv, [](sl::Reader&, sl::Writer&) {});
}
