// sl-queue: lets a stream wait, so that a slow stage does not hold up its source; what it costs is said.

#include <optional>

#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/queue/queue_relay.h"
#include "libcore/stage/tool.h"

namespace {

using Policy = sl::FrameQueue::Policy;

void describe(sl::Tool& tool) {
  tool.example("sl-decode film.mkv | sl-queue --bytes 64M | sl-encode -o out.mkv", "nothing is dropped");
  tool.example("sl-decode film.mkv | sl-pace --speed 8 | sl-queue --policy latest | sl-tap | sl-encode -o out.mkv",
               "what a slow encoder has no time for is left out");
  tool.describe(
      "lossless drops nothing: what waits fills --bytes of memory, then --disk, and then the source has to wait. "
      "latest is for eyes: a picture that is complete replaces the one of its track that waits. every is for film: of "
      "what waits longer than --seconds, or beyond --bytes and --disk, the picture goes whose neighbours are nearest "
      "to one another in time, so that what is left lies evenly over the time.");
  tool.describe(
      "Sound is not replaced, as holes in it are heard: with latest and every, its oldest piece goes when more than "
      "--seconds of it waits. Packets go in groups: every drops from the oldest one up to the next key frame, latest "
      "up to the newest one, and where none has come yet, all until it comes; nothing is handed on that cannot be "
      "decoded. Data, attachments and all that is no frame are never dropped. One frame of a track may always wait.");
  tool.describe(
      "Every drop is told in its place: EVENT dropped with the numbers, for sound EVENT gap with the times as well; "
      "sl-tap counts them. Tracks need not be live for it. After an interrupt what cannot be sent within a second and "
      "a "
      "half is dropped from a live stream, and its END goes on. If the source fails, what waits is sent before that is "
      "told. The file on disk has no name and lies in $TMPDIR, or /var/tmp.");
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-queue", "Let a stream wait for a slow stage, by a policy: lossless, latest or every.");
  describe(tool);
  std::string policy = "lossless", seconds;
  std::int64_t bytes = 256 << 20, disk = 0;
  tool.option("--policy", policy, "latest|every|lossless", "what is done when the next stage is slow");
  tool.option("--seconds", seconds, "TIME",
              "how much of a track may wait: 500ms, 10s; by default 1s, with lossless as much as there is room for");
  tool.option("--bytes", bytes, "N", "how much may wait in memory", 1, std::int64_t{1} << 50);
  tool.option("--disk", disk, "N", "and how much more on disk", 0, std::int64_t{1} << 50);
  tool.accept_compressed();

  std::optional<sl::StreamQueue> queue;
  tool.check([&] {
    sl::StreamQueue::Rules rules;
    rules.policy = policy == "latest" ? Policy::Latest : policy == "every" ? Policy::Every : Policy::Lossless;
    rules.memory = static_cast<std::uint64_t>(bytes);
    rules.disk = static_cast<std::uint64_t>(disk);
    if (rules.policy != Policy::Lossless) rules.length = sl::ns_per_second;
    if (!seconds.empty()) rules.length = sl::ticks_up(sl::parse_seconds("--seconds", seconds), {1, sl::ns_per_second});
    if (rules.length && *rules.length <= 0) throw sl::Error(sl::Status::Usage, "--seconds has to be above 0");
    queue.emplace(rules);
  });
  tool.prepare([&](sl::SandboxPlan&) { queue->prepare(); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { sl::relay(in, out, *queue); });
}
