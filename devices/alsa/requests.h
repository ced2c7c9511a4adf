// What is asked of an open sound device, by the numbers of the kernel.

#pragma once

#include <vector>

namespace sl::alsa {

[[nodiscard]] const std::vector<unsigned long>& requests();

}  // namespace sl::alsa
