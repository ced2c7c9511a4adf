// What sl-webcam --list tells.

#pragma once

#include <string>

namespace sl::v4l2 {

// Of one camera (find_device), or of all where `name` is empty: for people, or a JSON object a line. Where there is no
// camera at all, throws NoInput.
[[nodiscard]] std::string list_cameras(const std::string& name, bool json);

}  // namespace sl::v4l2
