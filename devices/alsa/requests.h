// The requests (ioctl) to an open sound device, by the kernel's numbers.

#pragma once

#include <vector>

namespace sl::alsa {

[[nodiscard]] const std::vector<unsigned long>& requests();

}  // namespace sl::alsa
