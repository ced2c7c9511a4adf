// Means as optics would take them: of light, and of colours weighted by their alpha.

#pragma once

#include <functional>
#include <optional>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/transfer.h"

namespace sl {

// The way of strips into planes of floats for a filter that weighs samples, and back: colours multiplied by alpha, and
// if `linear`, proportional to light (Transfer).
class Light {
 public:
  using Emit = std::function<void(const Strip&)>;

  // Return whether sums of the stored samples would be wrong: if `linear`, or if alpha is straight.
  [[nodiscard]] static bool needed(const Track& track, bool linear) { return linear || track.alpha == Alpha::Straight; }

  // The filter makes frames of `to` of frames of `from`; both differ in size only. Throws Data for colours that cannot
  // be converted.
  Light(const Track& from, const Track& to, bool linear);

  // The tracks between which the filter works.
  [[nodiscard]] const Track& from() const { return floats_; }
  [[nodiscard]] const Track& to() const { return floats_to_; }

  // Take a strip of the input, and emit strips of from().
  void enter(const Strip& strip, const Emit& emit);
  // Take a strip of to(), whose samples are changed, and emit strips of the output.
  void leave(const Strip& strip, const Emit& emit);

 private:
  void to_light(const Strip& strip) const;
  void from_light(const Strip& strip) const;

  Track floats_, floats_to_;
  std::optional<Converter> into_floats_, out_of_floats_;
  std::optional<Transfer> transfer_;
  bool weighted_;
};

}  // namespace sl
