// test-live: a simulated camera: frames with capture times at a steady rate, until it is interrupted.

#include <ctime>
#include <vector>

#include "libcore/media/strip.h"
#include "libcore/process/signals.h"
#include "libcore/stage/tool.h"

namespace {

std::int64_t now_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * std::int64_t{1000000000} + time.tv_nsec;
}

// Waits until then, or until an interrupt.
void wait_until(std::int64_t ns) {
  const timespec time{ns / 1000000000, ns % 1000000000};
  while (sl::interrupted() == 0 && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) == 0 &&
         now_ns(CLOCK_MONOTONIC) < ns) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("test-live", "Frames as from a camera, until interrupted.");
  std::int64_t width = 64, height = 48, rate = 50, frames = 1 << 30, rows_delay = 0;
  tool.option("--width", width, "N", "pixels", 1, 1 << 16);
  tool.option("--height", height, "N", "pixels", 1, 1 << 16);
  tool.option("--rate", rate, "N", "frames a second", 1, 1000);
  tool.option("--frames", frames, "N", "how many", 1, 1 << 30);
  tool.option("--rows-delay", rows_delay, "MS", "after each eight rows, so that frames are cut in their middle", 0,
              1000);
  tool.check([&] { tool.set_input("/dev/null"); });
  return tool.run(argc, argv, [&](sl::Source&, sl::Writer& out) {
    sl::Track track;
    track.live = true;
    track.time_base = {1, 1000};
    track.rate = {rate, 1};
    track.pixels = &sl::pixel_format("rgb24");
    track.width = static_cast<std::uint32_t>(width);
    track.height = static_cast<std::uint32_t>(height);
    track.color.range = sl::Range::Full;
    out.begin();
    out.track(1, track);
    out.flush();
    const std::int64_t start = now_ns(CLOCK_MONOTONIC);
    std::int64_t number = 0;
    for (; number < frames && sl::interrupted() == 0; ++number) {
      sl::Frame frame;
      frame.number = static_cast<std::uint64_t>(number);
      frame.pts = number * 1000 / rate;
      frame.capture = frame.wall = now_ns(CLOCK_REALTIME);
      out.frame(1, frame);
      for (std::uint32_t first = 0; first < track.height; first += 8) {
        const std::uint32_t rows = std::min(8u, track.height - first);
        std::vector<std::byte> samples(std::size_t{track.width} * 3 * rows, static_cast<std::byte>(number * 8 + first));
        sl::Strip strip = sl::packed_strip(*track.pixels, track.width, rows, samples.data());
        strip.first = first;
        strip.last = first + rows == track.height;
        out.rows(1, strip);
        if (rows_delay == 0) continue;
        out.flush();
        const timespec pause{0, static_cast<long>(rows_delay) * 1000000};
        nanosleep(&pause, nullptr);
      }
      out.flush();
      wait_until(start + (number + 1) * 1000000000 / rate);
    }
    out.end(nullptr, number < frames);
  });
}
