// Failures as other processes see them: causes for ABORT, and exit statuses.

#pragma once

#include <string>

#include "libcore/base/error.h"

namespace sl {

struct Ending;

// Return the first cause of `error`: the one it carries, otherwise this stage. A cause without a name, of a stage that
// ended before its first byte, is named by its place.
[[nodiscard]] Cause cause_of(const Error& error);
// Return the cause of a helper of this stage that ended badly; `message` is one line, without its name.
[[nodiscard]] Cause cause_of(const std::string& helper, const Ending& ending, const std::string& message);

// Whether a process that ended so has printed why: its code is in the table of error.h, below Upstream.
[[nodiscard]] bool reports_itself(const Ending& ending);
// Return the status for a helper that ended badly: its code if it reports itself, otherwise Upstream.
[[nodiscard]] Status status_of(const Ending& ending);

}  // namespace sl
