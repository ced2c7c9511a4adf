// What the bytes of raw pixels do not say: "1920x1080:rgb24@30:skip=128:stride=6144".

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/base/rational.h"
#include "libcore/base/size_text.h"
#include "libcore/media/pixel_format.h"

namespace sl {

struct RawShape {
  Size size;
  const PixelFormat* pixels = nullptr;
  Rational rate{0, 1};       // 0: pictures without times
  std::uint64_t skip = 0;    // bytes before the first picture
  std::uint64_t stride = 0;  // bytes from a row to the next one; 0: as many as a row has
};

// Parse it; rate, skip and stride may be missing. Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, RawShape& shape);
[[nodiscard]] std::string value_text(const RawShape& shape);

// Return the bytes from a row of a plane to the next one. Planes of subsampled chroma have that part of the stride that
// they have of a row's bytes.
[[nodiscard]] std::uint64_t stored_row(const RawShape& shape, int plane);
// Return the bytes of a picture, the largest uint64 if that does not fit.
[[nodiscard]] std::uint64_t stored_bytes(const RawShape& shape);

// Return up to three shapes in which so many bytes are whole pictures, "640x480:gray (2 pictures), 64x48:rgba", nearest
// to `shape` first; or an empty text.
[[nodiscard]] std::string fitting_shapes(const RawShape& shape, std::uint64_t bytes);

}  // namespace sl
