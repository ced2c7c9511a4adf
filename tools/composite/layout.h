// Places for layers without counting pixels.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/base/parse.h"
#include "libcore/base/size_text.h"
#include "tools/composite/layer_settings.h"

namespace sl {

enum class Layout : std::uint8_t { Stack, SideBySide, Grid, Pip };
inline constexpr Name<Layout> layout_names[] = {
    {"stack", Layout::Stack}, {"side-by-side", Layout::SideBySide}, {"grid", Layout::Grid}, {"pip", Layout::Pip}};

// Set the area, size and gravity of each layer that gives none itself, and return the size of the canvas: `wanted`, or
// else one that holds the pictures, whose sizes are given, in the size of the master's.
[[nodiscard]] Size arrange(Layout layout, std::optional<Size> wanted, const std::vector<Size>& pictures,
                           std::size_t master, std::vector<LayerSettings>& layers);

}  // namespace sl
