// The text of --list for sound devices.

#pragma once

#include <string>

#include "devices/alsa/pcm.h"

namespace sl::alsa {

// Describe all devices of a direction or, if `device` is not empty, one with the formats it takes: as text, or a JSON
// object a line.
[[nodiscard]] std::string list_devices(Direction direction, const std::string& device, bool json);

}  // namespace sl::alsa
