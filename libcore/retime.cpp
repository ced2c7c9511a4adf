// Members of events that are times.

#include "libcore/retime.h"

#include <charconv>

#include "libcore/json.h"
#include "libcore/limits.h"

namespace sl {

namespace {

void change_member(Json& event, const char* name, const std::function<std::int64_t(std::int64_t)>& change) {
  const auto found = event.find(name);
  if (found == event.end()) return;
  std::int64_t time = 0;
  if (found->is_number_integer()) {
    time = found->get<std::int64_t>();
  } else if (found->is_string()) {
    const auto text = found->get<std::string>();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
    if (error != std::errc() || end != text.data() + text.size()) return;
  } else {
    return;
  }
  time = change(time);
  constexpr std::int64_t exact = std::int64_t{1} << 53;  // beyond it, as text
  *found = time > exact || time < -exact ? Json(std::to_string(time)) : Json(time);
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
