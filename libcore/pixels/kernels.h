// The few loops that baseline -O3 is not enough for, compiled for several CPUs; everything else trusts the vectoriser.

#pragma once

#include <cstddef>
#include <cstdint>

namespace sl::kernels {

}  // namespace sl::kernels
