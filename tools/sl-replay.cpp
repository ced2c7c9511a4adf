// sl-replay: keep the last seconds of a stream, and write them when a signal comes.

#include <csignal>

#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/process/signals.h"
#include "libcore/stage/tool.h"
#include "replay/replay_stage.h"

namespace {

constexpr sl::Name<int> signals[] = {{"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-replay", "Keep the last seconds of a stream, and write them when a signal comes.");
  tool.example("sl-webcam --duration 1h | sl-replay 30s | sl-encode -o replay-%03d.mkv",
               "the last 30 seconds to a file, at each pkill -USR1 sl-replay");
  tool.example("sl-decode film.mkv | sl-replay 500ms --at-end | sl-encode -o last.mkv");
  tool.describe(
      "Each replay is a whole stream of its own, so sl-encode writes each to a numbered file, which is complete at "
      "once. Times, numbers and capture times are the source's. Replays that are asked for soon after each other "
      "overlap. Packets are kept as they are, and a replay of them begins with the key frame at or before its start.");
  tool.describe(
      "What is kept is in memory, up to --max-memory; if that does not hold the length, the replay is shorter and a line "
      "says so. While a replay is written nothing is read: sl-queue before this stage keeps what comes meanwhile. A "
      "signal is served with the next frame.");

  sl::Duration length;
  int signal = SIGUSR1;
  sl::replay::ReplayStage stage;
  tool.argument("LENGTH", length, "how much to keep: 30s, 2m");
  tool.option("--on", signal, signals, "the signal that asks for a replay");
  tool.option("--at-end", stage.at_end, "write a replay at the end of the input, too");
  tool.accept_compressed();
  tool.check([&] { stage.length = sl::ticks_up(length.length, {1, sl::ns_per_second}); });
  tool.prepare([&](sl::SandboxPlan&) { sl::catch_request(signal); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}
