// Containers that are rows of packets or frames, each with its length.

#pragma once

#include <memory>
#include <span>

#include "formats/structure/structure.h"

namespace sl::structure {

// Adobe Flash Video File Format 10.1.
[[nodiscard]] std::unique_ptr<Structure> flash(std::span<const std::byte> head);
// MPEG program streams (ISO 11172-1, ISO/IEC 13818-1).
[[nodiscard]] std::unique_ptr<Structure> program(std::span<const std::byte> head);
// SMPTE 377-1.
[[nodiscard]] std::unique_ptr<Structure> mxf(std::span<const std::byte> head);
// SMPTE 360M.
[[nodiscard]] std::unique_ptr<Structure> gxf(std::span<const std::byte> head);
// RealMedia.
[[nodiscard]] std::unique_ptr<Structure> real_media(std::span<const std::byte> head);
// id's RoQ; Sega FILM.
[[nodiscard]] std::unique_ptr<Structure> roq(std::span<const std::byte> head);
[[nodiscard]] std::unique_ptr<Structure> sega_film(std::span<const std::byte> head);
// On2's IVF.
[[nodiscard]] std::unique_ptr<Structure> ivf(std::span<const std::byte> head);
// YUV4MPEG2 of the mjpegtools.
[[nodiscard]] std::unique_ptr<Structure> yuv4mpeg(std::span<const std::byte> head);

}  // namespace sl::structure
