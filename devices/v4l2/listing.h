// The text of sl-webcam --list.

#pragma once

#include <string>

namespace sl::v4l2 {

// Describe one camera (find_device), or all if `name` is empty: as text, or a JSON object a line. Throw NoInput if no
// camera exists.
[[nodiscard]] std::string list_cameras(const std::string& name, bool json);

}  // namespace sl::v4l2
