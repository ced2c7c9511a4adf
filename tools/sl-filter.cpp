// sl-filter: any graph of libavfilter's filters as a stage; it becomes the helper that links them.

#include "formats/commands/filter.h"

int main(int argc, char** argv) {
  sl::FilterCommand command;
  command.checked = [&] { command.tool.become("sl-filter-av"); };
  return command.tool.run(argc, argv, [](sl::Reader&, sl::Writer&) {});
}
