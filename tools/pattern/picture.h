// Test pictures as functions: the colour of each pixel of a frame, in R'G'B'A from 0 to 1.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace sl::pattern {

struct Picture {
  // Fills row `y` of frame `number`: R, G, B (and A, if the picture has alpha) side by side.
  std::function<void(std::uint64_t number, std::uint32_t y, std::span<float> row)> fill;
  bool alpha = false;
  bool moves = false;  // frames differ
};

struct PictureOptions {
  std::uint32_t width = 0, height = 0;
  std::uint64_t seed = 0;
};

// The names that make_picture takes, each with a short description, for the help.
inline constexpr std::string_view picture_names =
    "card (frame number and time, readable by sl-pattern --read), smpte75, smpte100, smpte-hd, gradient, zone-plate, "
    "checker, noise, none (sound alone), or a colour: #rrggbb, #rrggbbaa, 255,128,0, transparent, and the "
    "names of CSS, as orange";

// Throws Error(Usage) for an unknown name.
[[nodiscard]] Picture make_picture(const std::string& name, const PictureOptions& options);

// Rectangles of one colour each, in parts of the width and height; later ones lie over earlier ones.
struct Patch {
  double left, top, right, bottom;
  std::array<float, 3> color;
};
[[nodiscard]] Picture picture_of(std::vector<Patch> patches, const PictureOptions& options);

// smpte.cpp
[[nodiscard]] std::vector<Patch> smpte_bars(float level);
[[nodiscard]] std::vector<Patch> smpte_hd_bars();

}  // namespace sl::pattern
