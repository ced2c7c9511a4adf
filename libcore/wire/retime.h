// Times in the JSON of events, for stages that change those of frames.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sl {

// The EVENT with `change` applied to its times on its track (`gap`: from, to; `tick`: pts), and `renumber`, if there is
// any, to the numbers of frames (`dropped`: from, to); other events as they are.
using ChangeOfTime = std::function<std::int64_t(std::int64_t)>;
[[nodiscard]] std::string retime_event(std::string_view json, const ChangeOfTime& change,
                                       const ChangeOfTime& renumber = {});

}  // namespace sl
