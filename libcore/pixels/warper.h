// Pictures whose pixels come from elsewhere: each sample is made of those around its place in the input.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "libcore/base/color_text.h"
#include "libcore/pixels/resample.h"
#include "libcore/pixels/step.h"
#include "libcore/pixels/warp_map.h"

namespace sl {

// Without Area, which has no width between samples.
inline constexpr Name<Kernel> warp_kernel_names[] = {{"nearest", Kernel::Nearest},   {"linear", Kernel::Linear},
                                                     {"bilinear", Kernel::Linear},   {"cubic", Kernel::Cubic},
                                                     {"bicubic", Kernel::Cubic},     {"mitchell", Kernel::Mitchell},
                                                     {"lanczos2", Kernel::Lanczos2}, {"lanczos3", Kernel::Lanczos3}};

// Strips in, strips out. Memory holds the rows that those still to be made come from; the map says which. The
// result depends neither on how strips were cut nor on the number of threads. Samples are weighed as they are stored,
// each component by itself, chroma in its own place; but colors with straight alpha in floats, weighted by it, and if
// `linear` proportional to light (Light). Beyond the picture lies the background, of any extent.
class Warper : public GeometryStep {
 public:
  struct Settings {
    Kernel kernel = Kernel::Cubic;  // not Area
    bool linear = false;
    Rgba background{0, 0, 0, 0};  // black, and transparent where pixels have alpha
    int threads = 1;
    // Return memory for rows, which lives no longer than the function; `purpose` says what takes it. Empty: of the
    // process, up to --max-memory. A map may need all rows at a time.
    std::function<std::shared_ptr<std::byte[]>(std::size_t bytes, std::string_view purpose)> memory{};
  };
  // Places of the map are in stored pixels. `size` is that of the stored picture that leaves. Throw Data for interlaced
  // frames: their fields are different moments.
  Warper(const Track& from, const Size& size, std::unique_ptr<WarpMap> map, const Settings& settings);
  Warper(Warper&&) noexcept;
  ~Warper() override;
  [[nodiscard]] const Track& track() const override;
  [[nodiscard]] const Move& move() const override;
  void push(const Strip& strip, const Emit& emit) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl
