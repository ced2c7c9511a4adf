// Rows of one color space in another: the same colors in other codes.

#pragma once

#include <array>
#include <memory>

#include "libcore/pixels/color_space.h"
#include "libcore/pixels/icc_profile.h"
#include "libcore/pixels/step.h"

namespace sl {

// Strips in, strips out, in memory for a few strips. Between spaces of three curves and a matrix it computes in
// floats, within a code of Little CMS; between all others Little CMS does. The result depends neither on how strips
// were cut nor on the number of threads. Alpha stays; colors multiplied by it become straight and are multiplied again.
//
// Programs that use it link lcms2 (icc_profile.h).
class ColorTransform : public Step {
 public:
  struct Settings {
    Intent intent = Intent::Relative;
    bool black_point = true;            // map the darkest color of one space to that of the other
    std::array<float, 3> background{};  // put under pixels that lose their alpha, in codes of the result, 0 to 1
    int threads = 1;
  };
  // The tracks have the same size; pixels, bits, range and matrix may differ, and the primaries and the transfer of
  // their colors are not looked at. Throw Data for spaces that cannot be converted.
  ColorTransform(const Track& from, const ColorSpace& from_space, const Track& to, const ColorSpace& to_space,
                 const Settings& settings);
  ~ColorTransform() override;
  [[nodiscard]] const Track& track() const override;
  void push(const Strip& strip, const Emit& emit) override;
  void flush(const Emit& emit) override;

  // Return whether codes mean something else in the other space: an 8-bit code differs. `gray` is whether the pixels of
  // both tracks are.
  [[nodiscard]] static bool needed(const ColorSpace& from, const ColorSpace& to, bool gray, Intent intent);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
