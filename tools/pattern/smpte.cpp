// Colour bars of SMPTE EG 1 (the common ones) and of SMPTE RP 219-1 (16:9).

#include <array>

#include "picture.h"

namespace sl::pattern {

namespace {

using Rgb = std::array<float, 3>;

constexpr Rgb gray(float level) { return {level, level, level}; }

// Bar n of white, yellow, cyan, green, magenta, red, blue: a bit of n for each colour that is missing.
constexpr Rgb bar(int n, float level) {
  return {(n & 2) != 0 ? 0 : level, (n & 4) != 0 ? 0 : level, (n & 1) != 0 ? 0 : level};
}

}  // namespace

// EG 1-1990: two thirds bars, a twelfth reverse blue bars, then -I, white, +Q and PLUGE (black and 4 % below and above
// it; below is black if a format has nothing below). EG 1 gives -I and +Q as phases of the colour carrier; taken are
// the R'G'B' in general use, #00214C and #32006A.
std::vector<Patch> smpte_bars(float level) {
  constexpr double upper = 2. / 3, lower = 3. / 4;
  std::vector<Patch> patches{{0, 0, 1, 1, gray(0)}};
  for (int i = 0; i < 7; ++i) {
    const double left = i / 7., right = (i + 1) / 7.;
    patches.push_back({left, 0, right, upper, bar(i, level)});
    patches.push_back({left, upper, right, lower, i % 2 == 0 ? bar(6 - i, level) : gray(0)});
  }
  patches[2 * 6 + 2].color = gray(level);  // after six bars of blue and black, white
  const double wide = 5. / 28;
  patches.push_back({0, lower, wide, 1, {0, 33 / 255.F, 76 / 255.F}});
  patches.push_back({wide, lower, 2 * wide, 1, gray(1)});
  patches.push_back({2 * wide, lower, 3 * wide, 1, {50 / 255.F, 0, 106 / 255.F}});
  const double pluge = 5. / 7, third = 1. / 21;
  patches.push_back({pluge, lower, pluge + third, 1, gray(-0.04F)});
  patches.push_back({pluge + 2 * third, lower, pluge + 3 * third, 1, gray(0.04F)});
  return patches;
}

// RP 219-1: pattern 1 (75 % bars between 40 % gray), 2 (100 % cyan, 75 % white, 100 % blue), 3 (100 % yellow, a ramp in
// steps of a code, 100 % red), 4 (15 % gray, black, white, PLUGE). Widths in parts of 1/8 (a) and c = 3/28.
std::vector<Patch> smpte_hd_bars() {
  constexpr double side = 1. / 8, bar_width = 3. / 28;
  constexpr double one = 7. / 12, two = 8. / 12, three = 9. / 12;
  std::vector<Patch> patches{{0, 0, 1, one, gray(0.4F)}};
  for (int i = 0; i < 7; ++i)
    patches.push_back({side + i * bar_width, 0, side + (i + 1) * bar_width, one, bar(i, 0.75F)});
  patches.push_back({0, one, side, two, {0, 1, 1}});
  patches.push_back({side, one, 1 - side, two, gray(0.75F)});
  patches.push_back({1 - side, one, 1, two, {0, 0, 1}});
  patches.push_back({0, two, side, three, {1, 1, 0}});
  constexpr int steps = 256;
  for (int i = 0; i < steps; ++i) {
    const double left = side + (1 - 2 * side) * i / steps;
    patches.push_back({left, two, 1 - side, three, gray(static_cast<float>(i) / (steps - 1))});
  }
  patches.push_back({1 - side, two, 1, three, {1, 0, 0}});
  patches.push_back({0, three, 1, 1, gray(0)});
  patches.push_back({0, three, side, 1, gray(0.15F)});
  patches.push_back({1 - side, three, 1, 1, gray(0.15F)});
  double left = side + 1.5 * bar_width;
  patches.push_back({left, three, left + 2 * bar_width, 1, gray(1)});
  left += (2 + 5. / 6) * bar_width;
  for (const float level : {-0.02F, 0.F, 0.02F, 0.F, 0.04F}) {
    patches.push_back({left, three, left + bar_width / 3, 1, gray(level)});
    left += bar_width / 3;
  }
  return patches;
}

}  // namespace sl::pattern
