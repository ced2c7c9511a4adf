// EVENT records, written and read: gaps, losses and the passing of time (docs/wire-format.md, EVENT). Track 0 is the
// whole stream.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sl {

struct Cause;
class Writer;

// Write `tick`: no frame of this track comes before `pts`.
void write_tick(Writer& out, std::uint16_t track, std::int64_t pts);
// Write `gap`: nothing was recorded from pts `from` to `to`.
void write_gap(Writer& out, std::uint16_t track, std::int64_t from, std::int64_t to, std::string_view why);
// Write `dropped`: frames with the numbers `from` to `to` are missing. `count` is how many, if not every number in
// between was a frame.
void write_dropped(Writer& out, std::uint16_t track, std::uint64_t from, std::uint64_t to, std::string_view why,
                   std::optional<std::uint64_t> count = std::nullopt);
// Write `not-carried`: this stage left `what` out, because it no longer holds. An empty `why` is left out.
void write_not_carried(Writer& out, std::uint16_t track, std::string_view what, std::string_view why = {});
// The same, and print a line, once in a process: for something that the user did not ask to lose.
void report_not_carried(Writer& out, std::uint16_t track, std::string_view what, std::string_view why);
// Write `lost-input`: an optional input failed. `input` counts from 1.
void write_lost_input(Writer& out, std::size_t input, const Cause& cause);

// An EVENT with the members that stages act on. A member that is missing, or no integer, is nothing.
struct Event {
  std::string name;                      // "tick", "gap", "dropped" or any other
  std::optional<std::int64_t> pts;       // of `tick`
  std::optional<std::int64_t> from, to;  // of `gap`: pts; of `dropped`: frame numbers
  std::uint64_t dropped = 0;             // frames that `dropped` reports
};
// Read the JSON of an EVENT. Throws Error(Wire) if it breaks the specification, Error(Limit) if it is too large.
[[nodiscard]] Event parse_event(std::string_view json);

// Return the EVENT with `change` applied to its times (`gap`: from, to; `tick`: pts) and `renumber`, unless empty, to
// its frame numbers (`dropped`: from, to). Other events come back unchanged.
using ChangeOfTime = std::function<std::int64_t(std::int64_t)>;
[[nodiscard]] std::string retime_event(std::string_view json, const ChangeOfTime& change,
                                       const ChangeOfTime& renumber = {});

}  // namespace sl
