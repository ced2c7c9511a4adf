// Pages of a TIFF that are not read, and kinds of it that FFmpeg decodes to wrong pixels. Specification: TIFF 6.0.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "formats/av/decode/still_facts.h"

namespace sl::av {

// Return the facts of the first directory of these bytes. Call `wrong` with a kind whose pixels FFmpeg makes up.
[[nodiscard]] StillFacts tiff_facts(std::string_view bytes, const std::function<void(const std::string&)>& wrong);

}  // namespace sl::av
