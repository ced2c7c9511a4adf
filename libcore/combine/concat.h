// Streams one after another: as one stream, or kept apart.

#pragma once

#include <optional>

#include "libcore/base/rational.h"
#include "libcore/stage/inputs.h"

namespace sl {

struct ConcatOptions {
  std::optional<Rational> rate;  // show each picture for 1/rate s instead of its time
  bool each = false;             // keep the parts as separate streams
};

// Write all streams of all inputs. Throw Data for parts that differ or whose times have no common base.
void concat(Inputs& inputs, Writer& out, const ConcatOptions& options);

}  // namespace sl
