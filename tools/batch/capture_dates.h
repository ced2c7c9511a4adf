// When the pictures and films of a batch were taken.

#pragma once

#include <ctime>
#include <string>
#include <unordered_map>
#include <vector>

namespace sl::batch {

// Return the times of those files that say when they were taken: EXIF's date, by the clock of the camera, or the
// container's time of creation. Each file is read by an sl-info of its own. Throw Missing, Resources.
[[nodiscard]] std::unordered_map<std::string, std::time_t> capture_dates(const std::vector<std::string>& files);

}  // namespace sl::batch
