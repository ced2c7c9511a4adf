// Rows of frames without a container: a frame's head says how long it is.

#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "formats/structure/structure.h"

namespace sl::structure {

// ISO 11172-3 and 13818-3: MP1, MP2, MP3, with tags. ETSI TS 102 366: AC-3, E-AC-3. ISO 14496-3: ADTS, LATM.
[[nodiscard]] std::unique_ptr<Structure> sound_frames(std::string_view demuxer);
// IEC 61834: DV.
[[nodiscard]] std::unique_ptr<Structure> dv(std::span<const std::byte> head);
// SMPTE 2042-1 and Dirac.
[[nodiscard]] std::unique_ptr<Structure> dirac(std::span<const std::byte> head);

// The length of an ID3v2 tag at the start of `head`, 0 if none begins there (id3.org, ID3v2.4).
[[nodiscard]] std::size_t id3_bytes(std::span<const std::byte> head);

}  // namespace sl::structure
