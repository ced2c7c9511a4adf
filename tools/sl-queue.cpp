// sl-queue: let a stream wait, so that a slow stage does not hold up its source. Report all drops.

#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/queue/queue_relay.h"
#include "libcore/stage/tool.h"

namespace {

using Policy = sl::FrameQueue::Policy;
constexpr sl::Name<Policy> policies[] = {
    {"latest", Policy::Latest}, {"every", Policy::Every}, {"lossless", Policy::Lossless}};

void describe(sl::Tool& tool) {
  tool.example("sl-decode film.mkv | sl-queue --bytes 64M | sl-encode -o out.mkv", "nothing is dropped");
  tool.example("sl-decode film.mkv | sl-pace --speed 8 | sl-queue --policy latest | sl-tap | sl-encode -o out.mkv",
               "frames that a slow encoder has no time for are dropped");
  tool.describe(
      "lossless drops nothing: the queue fills --bytes of memory, then --disk, and then the source has to wait. latest "
      "is for viewers: a complete picture replaces the waiting one of its track. every is for film: if pictures wait "
      "longer than --seconds, or need more than --bytes and --disk, it drops the picture whose neighbours are nearest "
      "to each other in time, so that the others are spread evenly.");
  tool.describe(
      "Sound is not replaced, as gaps are audible: latest and every drop its oldest piece if more than --seconds of it "
      "wait. Packets are dropped in groups: every drops from the oldest one up to the next key frame, latest up to the "
      "newest key frame, or all packets until one arrives; every packet that is sent can be decoded. Data, attachments "
      "and other records without frames are never dropped. One frame of a track may always wait.");
  tool.describe(
      "Every drop is reported at its place in the stream: EVENT dropped with the numbers, for sound also EVENT gap "
      "with the times; sl-tap counts them. Tracks need not be live. After an interrupt a live stream has a second and "
      "a half to be sent; the rest is dropped, and END follows. If the source fails, the queue is sent before the "
      "failure is reported. The file on disk has no name and is in $TMPDIR, or /var/tmp.");
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-queue", "Let a stream wait for a slow stage, by a policy: lossless, latest or every.");
  describe(tool);
  sl::StreamQueue::Rules rules;
  std::optional<sl::Duration> length;
  std::int64_t bytes = 256 << 20, disk = 0;
  tool.option("--policy", rules.policy, policies, "how to treat a slow next stage");
  tool.option("--seconds", length, "TIME",
              "how much of a track may wait: 500ms, 10s (default 1s; with lossless no limit)");
  tool.option("--bytes", bytes, "N", "how much may wait in memory", 1, std::int64_t{1} << 50);
  tool.option("--disk", disk, "N", "how much more may wait on disk", 0, std::int64_t{1} << 50);
  tool.accept_compressed();

  std::optional<sl::StreamQueue> queue;
  tool.check([&] {
    rules.memory = static_cast<std::uint64_t>(bytes);
    rules.disk = static_cast<std::uint64_t>(disk);
    if (rules.policy != Policy::Lossless) rules.length = sl::ns_per_second;
    if (length) rules.length = sl::ticks_up(length->length, {1, sl::ns_per_second});
    queue.emplace(rules);
  });
  tool.prepare([&](sl::SandboxPlan&) { queue->prepare(); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { sl::relay(in, out, *queue); });
}
