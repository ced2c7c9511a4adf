// Names to print for the numbers of ITU-T H.273.

#pragma once

#include <string>

namespace sl {

// "BT.709/sRGB"; the number itself if it has no name in use.
[[nodiscard]] std::string primaries_name(int number);
[[nodiscard]] std::string transfer_name(int number);
[[nodiscard]] std::string matrix_name(int number);

}  // namespace sl
