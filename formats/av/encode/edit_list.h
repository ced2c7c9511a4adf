// Where sound begins in an MP4: FFmpeg's muxer writes an edit list that hides the encoder's delay only if the sound
// begins at 0. Sound that begins later gets an empty edit that ends with the delay, which is then heard before the
// sound.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sl {
class Target;
}

namespace sl::av {

// Samples of delay at the start of each stream, in the order of the streams; 0: none, or begins at 0.
using Delays = std::vector<std::int64_t>;

// Correct the edit lists (ISO/IEC 14496-12, 8.6.6) in the index among these boxes: the empty edit takes the delay, and
// the edit of the sound begins after it.
void hide_delays(std::span<std::byte> boxes, const Delays& delays);
// The same in a complete file, which can be rewritten.
void hide_delays(Target& file, const Delays& delays);

}  // namespace sl::av
