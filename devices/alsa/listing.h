// What --list tells of sound devices.

#pragma once

#include <string>

#include "devices/alsa/pcm.h"

namespace sl::alsa {

// Of all devices of a direction or, where `device` is not empty, of one with what it takes: for people, or a JSON
// object a line.
[[nodiscard]] std::string list_devices(Direction direction, const std::string& device, bool json);

}  // namespace sl::alsa
