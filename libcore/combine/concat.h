// Streams one after another: as one stream, or kept apart.

#pragma once

#include <optional>

#include "libcore/base/rational.h"
#include "libcore/base/time_text.h"
#include "libcore/pixels/transition.h"
#include "libcore/stage/inputs.h"

namespace sl {

struct ConcatOptions {
  std::optional<Rational> rate;  // show each picture for 1/rate s instead of its time
  bool each = false;             // keep the parts as separate streams
  // A picture without a length is shown so long, and has silence where other parts have sound.
  std::optional<Duration> still;
  // Parts overlap so long: pictures by the transition, sound cross-faded.
  std::optional<Duration> fade;
  Transition transition = Transition::Fade;
};

// Write all streams of all inputs. Throw Data for parts that differ, whose times have no common base, or that are
// shorter than the fade.
void concat(Inputs& inputs, Writer& out, const ConcatOptions& options);

}  // namespace sl
