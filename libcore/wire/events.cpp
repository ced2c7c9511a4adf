// EVENT records.

#include "libcore/wire/events.h"

#include "libcore/base/json.h"

namespace sl {

void write_tick(Writer& out, std::uint16_t track, std::int64_t pts) {
  out.event(track, write_json({{"event", "tick"}, {"pts", json_integer(pts)}}));
}

void write_dropped(Writer& out, std::uint16_t track, std::uint64_t from, std::uint64_t to, std::string_view why) {
  out.event(track, write_json({{"event", "dropped"},
                               {"from", json_count(from)},
                               {"to", json_count(to)},
                               {"count", json_count(to - from + 1)},
                               {"why", why}}));
}

void write_gap(Writer& out, std::uint16_t track, std::int64_t from, std::int64_t to, std::string_view why) {
  out.event(track,
            write_json({{"event", "gap"}, {"from", json_integer(from)}, {"to", json_integer(to)}, {"why", why}}));
}

}  // namespace sl
