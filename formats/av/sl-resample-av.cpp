// sl-resample becomes this program after it has checked its command line.

#include "formats/av/filter/filter_stage.h"
#include "formats/commands/filter.h"

int main(int argc, char** argv) {
  sl::ResampleCommand command;
  return command.tool.run(argc, argv,
                          [&](sl::Reader& in, sl::Writer& out) { sl::av::FilterStage(command.job).run(in, out); });
}
