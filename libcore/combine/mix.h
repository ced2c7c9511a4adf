// The sound of several inputs added, sample by sample; the rest of the first passes unchanged.

#pragma once

#include <vector>

#include "libcore/stage/inputs.h"

namespace sl {

struct MixOptions {
  std::vector<double> gains;  // of each input
  bool until_first = false;   // end with the first input, not with the longest
};

// Mix the first track of sound of each input, or the one that its option `tracks` picks. Throw Usage for an input
// without sound, Data if rates or channels differ.
void mix(Inputs& inputs, Writer& out, const MixOptions& options);

}  // namespace sl
