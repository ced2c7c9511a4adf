// Clocks of this machine.

#include "libcore/media/clock.h"

#include <ctime>
#include <fstream>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * ns_per_second + time.tv_nsec;
}

std::string read_boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

// Read at the start of the process: later its sandbox has no files. Only commands that use this file pay for it.
const std::string monotonic_id = "monotonic:" + read_boot_id();

}  // namespace

std::int64_t monotonic_now() { return read_clock(CLOCK_MONOTONIC); }
std::int64_t utc_now() { return read_clock(CLOCK_REALTIME); }

const std::string& monotonic_clock_id() { return monotonic_id; }

void set_clock(Track& track, const std::string& id, std::int64_t uncertainty_ns) {
  Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  rest["clock"] = {{"id", id}, {"uncertainty_ns", uncertainty_ns}};
  track.rest = write_json(rest);
}

std::string clock_id(const Track& track) {
  if (track.rest.empty()) return {};
  const Json rest = parse_json(track.rest, wire_limit::json);
  const auto clock = rest.find("clock");
  return clock != rest.end() && clock->is_object() ? clock->value("id", "") : "";
}

FrameAge::FrameAge(const Track& track) {
  const std::string id = clock_id(track);
  clock_ = id == "utc" ? Clock::Utc : id == monotonic_clock_id() ? Clock::Monotonic : Clock::Unknown;
}

std::optional<std::int64_t> FrameAge::of(const Frame& frame) const {
  if (frame.capture != no_time && clock_ != Clock::Unknown) {
    return (clock_ == Clock::Utc ? utc_now() : monotonic_now()) - frame.capture;
  }
  if (frame.wall != no_time) return utc_now() - frame.wall;
  return std::nullopt;
}

std::optional<std::int64_t> age_of(const Track& track, const Frame& frame) { return FrameAge(track).of(frame); }

}  // namespace sl
