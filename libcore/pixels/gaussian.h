// Gaussians for the separable engine.

#pragma once

#include <memory>

#include "libcore/pixels/separable_component.h"

namespace sl::separable {

// A component weighed by Gaussians of these standard deviations along rows and columns, in its own samples. Wide ones
// are made on a coarse grid (blur.h).
[[nodiscard]] std::unique_ptr<Component> make_gaussian(const PixelFormat& format, std::uint32_t width,
                                                       std::uint32_t height, double sigma_x, double sigma_y);

// The axis of one pass, without a coarse grid.
[[nodiscard]] Axis gaussian_axis(std::uint32_t samples, double sigma);

}  // namespace sl::separable
