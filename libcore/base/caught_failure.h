// What went wrong in a thread, for another one to report.

#pragma once

#include "libcore/base/error.h"

namespace sl {

// In a catch block: return the exception as it is, if it is an Error, or as Resources if memory is lacking, or as Bug.
[[nodiscard]] Error caught_failure();

}  // namespace sl
