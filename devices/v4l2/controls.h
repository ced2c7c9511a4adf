// The controls of a camera: brightness, exposure, ...

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "devices/v4l2/device.h"

namespace sl::v4l2 {

enum class ControlKind : std::uint8_t { Integer, Boolean, Menu, Button, Bitmask, Text };

struct Control {
  std::uint32_t id = 0;
  std::string name;  // "white_balance_automatic"
  ControlKind kind = ControlKind::Integer;
  std::int64_t minimum = 0, maximum = 0, standard = 0;
  std::uint64_t step = 1;
  std::vector<std::pair<std::int64_t, std::string>> items;  // of a menu
  bool wide = false;                                        // 64 bits
  bool read_only = false, inactive = false, write_only = false;
};

// "White Balance, Automatic" as white_balance_automatic: names of controls and menu items that need no quotes.
[[nodiscard]] std::string plain_name(std::string_view name);

// Those that have one value; matrices and the like are left out.
[[nodiscard]] std::vector<Control> controls_of(const Device& device);

// The request in "brightness=128", "power_line_frequency=50_hz", "autofocus=off" or (for a button) "reset": the control
// and its value. Throw Usage with the possible ones.
struct Setting {
  const Control* control = nullptr;
  std::int64_t value = 0;
  std::string text;
};
[[nodiscard]] Setting parse_setting(const std::vector<Control>& controls, const std::string& text);

// Sets them in this order. Throws Error.
void set_controls(const Device& device, const std::vector<std::string>& settings);

// The value it has now; text for a menu too.
[[nodiscard]] std::string value_of(const Device& device, const Control& control);

}  // namespace sl::v4l2
