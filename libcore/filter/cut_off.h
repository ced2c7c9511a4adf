// Sound that a filter has made louder than its samples can be.

#pragma once

#include <cstdint>

namespace sl {

class Writer;

// Report in one line and one EVENT `not-carried` that samples of a track are cut off at full scale, unless `samples` is
// 0. Call before the END.
void report_cut_off(Writer& out, std::uint16_t track, std::uint64_t samples);

}  // namespace sl
