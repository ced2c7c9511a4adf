// The tracks of several inputs as one stream, numbered in the order of the inputs.

#pragma once

#include "libcore/stage/inputs.h"

namespace sl {

// Join the tracks that the option `tracks` of each input picks, by default all. `shortest`: end with the input that
// ends first, and leave out the frames that begin later.
void join(Inputs& inputs, Writer& out, bool shortest);

}  // namespace sl
