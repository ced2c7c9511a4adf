// A temporary file that has no name, so that nothing is left of it whatever happens.

#pragma once

#include <string>

namespace sl {

// Opens one in $TMPDIR, or /var/tmp, to be read and written; -1 where there is no room for it. Sets `folder`, for
// messages.
[[nodiscard]] int open_unnamed_file(std::string& folder);

}  // namespace sl
