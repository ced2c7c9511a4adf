// The change from one picture to the next, as a picture between the two.

#pragma once

#include <cstdint>

#include "libcore/base/parse.h"
#include "libcore/media/strip.h"

namespace sl {

// Wipes move an edge in the direction of their name, slides move both pictures: with WipeLeft and SlideLeft the new
// picture comes from the right.
enum class Transition : std::uint8_t {
  Fade,
  WipeLeft,
  WipeRight,
  WipeUp,
  WipeDown,
  SlideLeft,
  SlideRight,
  SlideUp,
  SlideDown
};
inline constexpr Name<Transition> transition_names[] = {{"fade", Transition::Fade},
                                                        {"wipe-left", Transition::WipeLeft},
                                                        {"wipe-right", Transition::WipeRight},
                                                        {"wipe-up", Transition::WipeUp},
                                                        {"wipe-down", Transition::WipeDown},
                                                        {"slide-left", Transition::SlideLeft},
                                                        {"slide-right", Transition::SlideRight},
                                                        {"slide-up", Transition::SlideUp},
                                                        {"slide-down", Transition::SlideDown}};

// Write the picture at `progress`, 0 (all of `from`) to 1, to `out`. All are whole pictures of one format and size.
// A fade mixes coded values. Edges lie between whole groups of pixels that share chroma, rounded towards `from`.
void make_transition(Transition kind, const Strip& from, const Strip& to, double progress, const Strip& out);

}  // namespace sl
