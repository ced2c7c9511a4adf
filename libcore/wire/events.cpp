// The JSON of EVENTs.

#include "libcore/wire/events.h"

#include <set>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/json_members.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/wire/writer.h"

namespace sl {

void write_tick(Writer& out, std::uint16_t track, std::int64_t pts) {
  out.event(track, write_json({{"event", "tick"}, {"pts", json_integer(pts)}}));
}

void write_gap(Writer& out, std::uint16_t track, std::int64_t from, std::int64_t to, std::string_view why) {
  out.event(track,
            write_json({{"event", "gap"}, {"from", json_integer(from)}, {"to", json_integer(to)}, {"why", why}}));
}

void write_dropped(Writer& out, std::uint16_t track, std::uint64_t from, std::uint64_t to, std::string_view why,
                   std::optional<std::uint64_t> count) {
  out.event(track, write_json({{"event", "dropped"},
                               {"from", json_count(from)},
                               {"to", json_count(to)},
                               {"count", json_count(count.value_or(to - from + 1))},
                               {"why", why}}));
}

void write_not_carried(Writer& out, std::uint16_t track, std::string_view what, std::string_view why) {
  Json event{{"event", "not-carried"}, {"what", what}};
  if (!why.empty()) event["why"] = why;
  out.event(track, write_json(event));
}

void report_not_carried(Writer& out, std::uint16_t track, std::string_view what, std::string_view why) {
  static std::set<std::string> printed;
  constexpr std::size_t max_lines = 100;
  const std::string line = "left out: " + std::string(what) + " (" + std::string(why) + ")";
  if (printed.size() < max_lines && printed.insert(line).second) warn(line);
  write_not_carried(out, track, what, why);
}

void write_lost_input(Writer& out, std::size_t input, const Cause& cause) {
  Json event{{"event", "lost-input"}, {"input", input}};
  event["cause"] = parse_json(wire::write_abort(cause), wire_limit::json);
  out.event(0, write_json(event));
}

Event parse_event(std::string_view json) {
  Json members = parse_json(json, wire_limit::json);
  Event event{wire::take_text(members, "event", true), find_integer(members, "pts"), find_integer(members, "from"),
              find_integer(members, "to"), 0};
  if (event.name == "dropped") {
    const auto number = [](std::optional<std::int64_t> value) { return static_cast<std::uint64_t>(value.value_or(0)); };
    event.dropped =
        members.contains("count") ? number(find_integer(members, "count")) : number(event.to) - number(event.from) + 1;
  }
  return event;
}

std::string retime_event(std::string_view json, const ChangeOfTime& change, const ChangeOfTime& renumber) {
  Json event = parse_json(json, wire_limit::json);
  const auto replace = [&](const char* member, const ChangeOfTime& with) {
    if (const auto number = find_integer(event, member)) event[member] = json_integer(with(*number));
  };
  const std::string name = event.value("event", "");
  if (name == "gap" || (name == "dropped" && renumber)) {
    const ChangeOfTime& with = name == "gap" ? change : renumber;
    replace("from", with);
    replace("to", with);
  } else if (name == "tick") {
    replace("pts", change);
  } else {
    return std::string(json);
  }
  return write_json(event);
}

}  // namespace sl
