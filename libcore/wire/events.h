// EVENT records of live streams, and of streams that lack something.

#pragma once

#include <cstdint>
#include <string_view>

#include "libcore/wire/writer.h"

namespace sl {

// EVENT `tick`: nothing comes before this pts.
void write_tick(Writer& out, std::uint16_t track, std::int64_t pts);
// EVENT `dropped`: frames `from` to `to`, by number, are not in the stream.
void write_dropped(Writer& out, std::uint16_t track, std::uint64_t from, std::uint64_t to, std::string_view why);
// EVENT `gap`: nothing was recorded from pts `from` to `to`.
void write_gap(Writer& out, std::uint16_t track, std::int64_t from, std::int64_t to, std::string_view why);

}  // namespace sl
