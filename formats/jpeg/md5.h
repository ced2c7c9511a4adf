// The MD5 sum that names the second packet of XMP. RFC 1321.

#pragma once

#include <string>
#include <string_view>

namespace sl::jpeg {

// Return the sum as 32 hexadecimal digits, in capitals.
[[nodiscard]] std::string md5(std::string_view bytes);

}  // namespace sl::jpeg
