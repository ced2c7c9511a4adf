// sl-loop: repeat a stream, as one continuous stream.

#include <string>

#include "libcore/process/sandbox.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"
#include "loop/loop_stage.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-loop", "Repeat a stream, as one continuous stream.");
  tool.example("sl-loop 3 film.mp4 -o three.mkv");
  tool.example("sl-decode film.mkv | sl-loop 3 | sl-trim 0:5s | sl-encode -o five.mkv", "five seconds of it");
  tool.describe(
      "The first pass is passed on as it arrives, and stored: in memory up to --max-memory, then in a temporary file "
      "without a name in $TMPDIR, or /var/tmp. Times and numbers continue: each pass begins at the end of the longest "
      "track of pictures or sound, on all tracks alike. That length is exact, so nothing drifts. A frame without a "
      "duration is shown as long as the one before it, or for a tick.");
  tool.describe(
      "An interrupt ends 0, and live streams, at the end of a frame, and the result is whole. Otherwise fewer than N "
      "passes are a failure. Packets are not decoded.");

  sl::loop::LoopStage stage;
  tool.argument("N", stage.times, "number of passes; 0: without end", 0, std::int64_t{1} << 40);
  tool.accept_compressed();
  tool.prepare([&](sl::SandboxPlan&) { stage.store.prepare(); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
