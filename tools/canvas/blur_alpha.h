// A Gaussian blur of one channel of bytes.

#pragma once

#include <cstddef>

namespace sl::drawing {

// Blur a picture in place; outside it is 0. Up to a standard deviation of 0.05 nothing changes.
void blur_alpha(unsigned char* data, std::size_t width, std::size_t height, std::size_t stride, double sigma);

}  // namespace sl::drawing
