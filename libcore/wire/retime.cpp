// Members of events that are times.

#include "libcore/wire/retime.h"

#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

void change_member(Json& event, const char* name, const ChangeOfTime& change) {
  if (const auto number = find_integer(event, name)) event[name] = json_integer(change(*number));
}

}  // namespace

std::string retime_event(std::string_view json, const ChangeOfTime& change, const ChangeOfTime& renumber) {
  Json event = parse_json(json, wire_limit::json);
  const std::string kind = event.value("event", "");
  if (kind == "gap" || (kind == "dropped" && renumber)) {
    const ChangeOfTime& own = kind == "gap" ? change : renumber;
    change_member(event, "from", own);
    change_member(event, "to", own);
  } else if (kind == "tick") {
    change_member(event, "pts", change);
  } else {
    return std::string(json);
  }
  return write_json(event);
}

}  // namespace sl
