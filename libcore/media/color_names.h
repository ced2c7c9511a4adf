// What the numbers of ITU-T H.273 are called, for people.

#pragma once

#include <string>

namespace sl {

// "BT.709/sRGB"; the number itself where it has no name that is in use.
[[nodiscard]] std::string primaries_name(int number);
[[nodiscard]] std::string transfer_name(int number);
[[nodiscard]] std::string matrix_name(int number);

}  // namespace sl
