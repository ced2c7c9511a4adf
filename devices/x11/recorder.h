// Pictures of a target: grabbed, converted to the wire's format, with the pointer, and compared with the previous one.

#pragma once

#include <optional>
#include <vector>

#include "devices/x11/grabber.h"
#include "devices/x11/pointer.h"

namespace sl::x11 {

class Recorder {
 public:
  // All that needs the server's consent is asked for here, before the sandbox. `target` outlives it.
  Recorder(const Connection& display, CaptureTarget& target, bool pointer, bool changes);

  struct Picture {
    Strip strip;                  // whole; valid until the next look
    std::int64_t capture = 0;     // ns, monotonic
    std::int64_t round_trip = 0;  // ns that the grab took: the picture is from within this time around `capture`
  };
  // Return the present picture; nothing if it has not changed (with `changes`), or cannot be grabbed: the target knows
  // which.
  [[nodiscard]] std::optional<Picture> look();

 private:
  bool something_happened();

  const Connection& display_;
  CaptureTarget& target_;
  Grabber grabber_;
  std::optional<Pointer> pointer_;
  bool changes_, watches_ = false, touched_ = true;
  std::uint8_t damage_event_ = 0;
  std::uint32_t damage_ = 0;
  Area area_;
  std::vector<std::byte> now_, before_;
};

}  // namespace sl::x11
