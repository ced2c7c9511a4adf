// Where to cut a smaller picture out of a larger one: at a side, or where there is most to see.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/base/gravity.h"
#include "libcore/base/rect_rule.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"

namespace sl {

struct CropPlace {
  enum class By : std::uint8_t {
    Side,       // where `side` says
    Attention,  // around the place with the most edges, skin and saturated colour
    Entropy,    // without the strips at the edges that have the least information
  };
  By by = By::Side;
  Gravity side = Gravity::Center;
};

// "attention", "entropy" or a word of gravity_names. Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, CropPlace& place);
[[nodiscard]] std::string value_text(const CropPlace& place);

// Return the part of this size (no larger than the picture) to cut out of a whole picture, which is upright. Attention
// is judged on 32x32 pixels, as libvips does (smartcrop): edges and skin as in smartcrop.js, chroma of CIE LCh. Throw
// Data for colours that a Converter cannot convert, Limit.
[[nodiscard]] Rect chosen_part(const CropPlace& place, const Size& size, const Track& track, const Image& picture);

}  // namespace sl
