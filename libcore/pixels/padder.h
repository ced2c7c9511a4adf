// Pictures on a larger canvas.

#pragma once

#include <cstdint>
#include <memory>

#include "libcore/base/color_text.h"
#include "libcore/base/pad_rule.h"
#include "libcore/base/parse.h"
#include "libcore/pixels/step.h"

namespace sl {

enum class PadFill : std::uint8_t {
  Color,
  Edge,    // the nearest pixel of the picture
  Mirror,  // the picture mirrored at its edges, again and again
  Blur,    // the picture itself, so large that it covers the canvas, and blurred
};
inline constexpr Name<PadFill> pad_fill_names[] = {{"color", PadFill::Color},
                                                   {"edge", PadFill::Edge},
                                                   {"mirror", PadFill::Mirror},
                                                   {"blur", PadFill::Blur},
                                                   {"colour", PadFill::Color}};

// Strips in, strips out, of more rows. No sample of the picture changes; but if its edges lie inside of a group of
// pixels that share chroma, frames get the format of the same depth without subsampling. A picture that is centered is
// moved to such a group's edge instead. A transparent color gives a format with alpha. Memory: for Mirror as many rows
// as there are above or below, for Blur two frames.
class Padder : public GeometryStep {
 public:
  struct Settings {
    PadFill fill = PadFill::Color;
    Rgba color{};
    double blur = 0;  // standard deviation in pixels; 0: 1/50 of the longer side
    int threads = 1;
  };
  // `canvas` is of the upright picture. Throws Data for colours that cannot be converted, Limit.
  Padder(const Track& from, const Canvas& canvas, const Settings& settings);
  Padder(Padder&&) noexcept;
  ~Padder() override;
  [[nodiscard]] const Track& track() const override;
  [[nodiscard]] const Move& move() const override;
  void push(const Strip& strip, const Emit& emit) override;
  void flush(const Emit& emit) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
