// sl-tap: pass everything on unchanged, and show how much it is.

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/report.h"
#include "libcore/bytes/target.h"
#include "libcore/media/clock.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using Clock = std::chrono::steady_clock;

// Totals since the start, and the age of the last frame.
struct Counts {
  std::uint64_t frames = 0, bytes = 0;
  std::uint64_t dropped = 0, gaps = 0;  // from EVENTs: dropped frames, and gaps in a recording
  std::optional<double> age;            // seconds, if the frame's clock can be read here
};

std::optional<double> seconds(const std::optional<std::int64_t>& ns) {
  return ns ? std::optional(static_cast<double>(*ns) / 1e9) : std::nullopt;
}

void count_event(Counts& counts, std::string_view text) {
  const sl::Event event = sl::parse_event(text);
  if (event.name == "gap") ++counts.gaps;
  counts.dropped += event.dropped;
}

class Display {
 public:
  explicit Display(std::optional<sl::Target>& log) : log_(log), draws_(!log && isatty(STDERR_FILENO) == 1) {}

  void show(const Counts& now, Clock::time_point at, bool last) {
    const double seconds = std::max(std::chrono::duration<double>(at - before_).count(), 1e-9);
    const double total = std::chrono::duration<double>(at - start_).count();
    const double rate = static_cast<double>(now.frames - last_.frames) / seconds;
    const double bytes = static_cast<double>(now.bytes - last_.bytes) / seconds;
    before_ = at;
    last_ = now;
    if (log_) {
      sl::Json line{{"seconds", total},         {"frames", now.frames}, {"bytes", now.bytes},
                    {"dropped", now.dropped},   {"gaps", now.gaps},     {"frames_per_second", rate},
                    {"bytes_per_second", bytes}};
      if (now.age) line["age"] = *now.age;
      const std::string text = sl::write_json(line) + "\n";
      log_->write(std::as_bytes(std::span(text)));
      log_->mark();  // keep the lines even if the stage fails
    } else if (draws_ || last) {
      std::array<char, 200> text{};
      std::snprintf(text.data(), text.size(), "%.1f s: %llu frames, %.1f MB, %.1f frames/s, %.1f MB/s", total,
                    static_cast<unsigned long long>(now.frames), static_cast<double>(now.bytes) / 1e6, rate,
                    bytes / 1e6);
      std::string line = text.data();
      if (now.dropped != 0) line += ", " + std::to_string(now.dropped) + " dropped";
      if (now.gaps != 0) line += ", " + std::to_string(now.gaps) + (now.gaps == 1 ? " gap" : " gaps");
      if (now.age) line += ", age " + std::to_string(*now.age) + " s";
      if (draws_) {
        std::fprintf(stderr, "\r%s\033[K%s", line.c_str(), last ? "\n" : "");
      } else {
        sl::warn(line);  // not with --quiet
      }
    }
  }

 private:
  std::optional<sl::Target>& log_;
  bool draws_;
  Clock::time_point start_ = Clock::now(), before_ = start_;
  Counts last_;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-tap", "Pass everything on unchanged, and show rate, frames, drops, bytes and the age of frames.");
  tool.example("sl-decode in.jpg | sl-tap | sl-encode .png > out.png");
  tool.example("sl-decode in.jpg | sl-tap --json tap.jsonl | sl-encode .png > out.png", "JSON lines into a file");
  tool.describe(
      "The kernel moves samples from pipe to pipe without copying. The age of a frame is shown if its clock can be "
      "read on this machine. Dropped frames and gaps are counted from EVENTs.");
  std::string log_name;
  double interval = 1;
  tool.option("--json", log_name, "FILE", "append a JSON object on a line each interval, instead of showing it");
  tool.option("--interval", interval, "SECONDS", "how often", 0.01, 86400);
  tool.accept_compressed();

  std::optional<sl::Target> log;
  tool.prepare([&](sl::SandboxPlan&) {
    if (log_name.empty()) return;
    const int fd = open(log_name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) throw sl::system_error(sl::Status::CannotCreate, log_name);
    log.emplace(sl::Target::descriptor(fd, log_name));
  });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    Display display(log);
    Counts counts;
    std::map<std::uint16_t, sl::FrameAge> ages;
    const auto period = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(interval));
    Clock::time_point next = Clock::now() + period;
    while (const auto record = in.next()) {
      if (record->type == sl::wire::Type::Event) count_event(counts, in.text());
      if (record->type == sl::wire::Type::Track) {
        ages.insert_or_assign(record->track, sl::FrameAge(in.track(record->track)));
      }
      in.pass(*record, out);
      if (record->type == sl::wire::Type::Frame) {
        counts.age = seconds(ages.at(record->track).of(in.frame(record->track)));
      }
      if (record->type != sl::wire::Type::Rows && record->type != sl::wire::Type::Bytes) continue;
      counts.bytes += record->length;
      if ((record->flags & sl::wire::piece_last) != 0) ++counts.frames;
      const auto now = Clock::now();
      if (now < next) continue;
      next = now + period;
      display.show(counts, now, false);
    }
    display.show(counts, Clock::now(), true);
    if (log) log->finish();
  });
}
