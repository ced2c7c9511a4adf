// One value of a description, for scripts: sl-info --get NAME.

#pragma once

#include <string>
#include <string_view>

#include "libcore/base/json_fwd.h"

namespace sl {

// Return a value of a description as --json prints it: a text without quotes, a ratio as "30000/1001", anything else as
// JSON. `path` is names with dots between them, and numbers from 1 on for places in a list: "width",
// "exif.DateTimeOriginal", "tracks.2.codec". A path that does not begin at the description begins at its `container`,
// or at the first track that has it, or at `meta` of these. Throw Data, naming `name` (the input), if there is no such
// value.
[[nodiscard]] std::string described_value(const Json& description, std::string_view path, std::string_view name);

}  // namespace sl
