// One line, rewritten twice a second.

#include "libcore/stage/progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "libcore/bytes/source.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

constexpr std::chrono::milliseconds interval(500);

void write_text(const std::string& text) {
  const ssize_t count = write(STDERR_FILENO, text.data(), text.size());
  (void)count;  // no place to report it
}

}  // namespace

Progress::Progress(const std::string& mode)
    : draws_(mode == "auto" && isatty(STDERR_FILENO) == 1),
      json_(mode == "json"),
      start_(std::chrono::steady_clock::now()),
      next_(start_ + interval) {}

Progress::~Progress() {
  if (drawn_) write_text("\r\033[K");
}

void Progress::update(const Reader& in, const wire::Header& record) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + interval;
  const Track& track = in.track(record.track);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double megabytes = static_cast<double>(in.source().position()) / 1e6;
  const std::uint64_t row = record.type == wire::Type::Rows ? in.rows_prefix().first + in.rows_prefix().rows : 0;
  std::array<char, 200> line{};
  if (json_) {
    std::snprintf(line.data(), line.size(),
                  "{\"seconds\":%.3f,\"streams\":%llu,\"frames\":%llu,\"row\":%llu,\"height\":%u,\"bytes\":%llu}\n",
                  seconds, static_cast<unsigned long long>(in.streams()),
                  static_cast<unsigned long long>(in.frames_done()), static_cast<unsigned long long>(row), track.height,
                  static_cast<unsigned long long>(in.source().position()));
  } else {
    const double share = track.height == 0 ? 0 : 100.0 * static_cast<double>(row) / track.height;
    std::snprintf(line.data(), line.size(), "\rpicture %llu, frame %llu: %3.0f %%  %.1f MB, %.1f MB/s\033[K",
                  static_cast<unsigned long long>(in.streams()),
                  static_cast<unsigned long long>(in.frames_done() + (share < 100 ? 1 : 0)), share, megabytes,
                  megabytes / std::max(seconds, 1e-3));
    drawn_ = true;
  }
  write_text(line.data());
}

}  // namespace sl
