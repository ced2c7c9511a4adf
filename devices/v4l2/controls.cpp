// Controls by their names.

#include "devices/v4l2/controls.h"

#include <linux/videodev2.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::v4l2 {

namespace {

constexpr std::size_t max_controls = 1000, max_items = 1000;
constexpr std::int64_t max_text = 4096;

std::optional<ControlKind> kind_of(std::uint32_t type) {
  switch (type) {
    case V4L2_CTRL_TYPE_INTEGER:
    case V4L2_CTRL_TYPE_INTEGER64:
      return ControlKind::Integer;
    case V4L2_CTRL_TYPE_BOOLEAN:
      return ControlKind::Boolean;
    case V4L2_CTRL_TYPE_MENU:
    case V4L2_CTRL_TYPE_INTEGER_MENU:
      return ControlKind::Menu;
    case V4L2_CTRL_TYPE_BUTTON:
      return ControlKind::Button;
    case V4L2_CTRL_TYPE_BITMASK:
      return ControlKind::Bitmask;
    case V4L2_CTRL_TYPE_STRING:
      return ControlKind::Text;
    default:
      return std::nullopt;
  }
}

std::vector<std::pair<std::int64_t, std::string>> items_of(const Device& device, const v4l2_query_ext_ctrl& control) {
  std::vector<std::pair<std::int64_t, std::string>> items;
  for (std::int64_t i = control.minimum; i <= control.maximum && items.size() < max_items; ++i) {
    v4l2_querymenu answer{};
    answer.id = control.id;
    answer.index = static_cast<std::uint32_t>(i);
    if (!device.try_ask(VIDIOC_QUERYMENU, &answer)) continue;  // one that this camera does not have
    const auto* text = reinterpret_cast<const char*>(answer.name);
    items.emplace_back(i, control.type == V4L2_CTRL_TYPE_INTEGER_MENU
                              ? std::to_string(answer.value)
                              : std::string(text, strnlen(text, sizeof answer.name)));
  }
  return items;
}

Error wrong(const Control& control, const std::string& value, const std::string& why) {
  return {Status::Usage, "--control " + control.name + "=" + printable(value, 60) + ": " + why};
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  return to_number<std::int64_t>(hexadecimal ? text.substr(2) : text, hexadecimal ? 16 : 10);
}

std::int64_t menu_value(const Control& control, const std::string& value) {
  const auto number = number_of(value);
  std::vector<std::string> names;
  for (const auto& [item, name] : control.items) {
    if (number == item || plain_name(value) == plain_name(name)) return item;
    names.push_back(printable(std::to_string(item) + " (" + plain_name(name) + ")"));
  }
  throw wrong(control, value, "not one of " + join(names));
}

std::int64_t boolean_value(const Control& control, const std::string& value) {
  const std::string word = plain_name(value);
  if (word == "1" || word == "on" || word == "yes" || word == "true") return 1;
  if (word == "0" || word == "off" || word == "no" || word == "false") return 0;
  throw wrong(control, value, "neither on nor off");
}

std::int64_t integer_value(const Control& control, const std::string& value) {
  const auto number = number_of(value);
  const bool in_range = number && *number >= control.minimum && *number <= control.maximum;
  const std::string range = std::to_string(control.minimum) + " to " + std::to_string(control.maximum);
  if (!in_range) throw wrong(control, value, "not a whole number from " + range);
  const std::uint64_t above = static_cast<std::uint64_t>(*number) - static_cast<std::uint64_t>(control.minimum);
  if (control.step > 1 && above % control.step != 0) {
    throw wrong(control, value, "not one of " + range + " in steps of " + std::to_string(control.step));
  }
  return *number;
}

}  // namespace

std::string plain_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      result += static_cast<char>(std::tolower(byte));
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (result.ends_with('_')) result.pop_back();
  return result;
}

std::vector<Control> controls_of(const Device& device) {
  std::vector<Control> controls;
  v4l2_query_ext_ctrl answer{};
  for (std::size_t i = 0; i < max_controls; ++i) {
    answer.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
    if (!device.try_ask(VIDIOC_QUERY_EXT_CTRL, &answer)) break;
    const auto kind = kind_of(answer.type);
    const bool single = answer.nr_of_dims == 0 && (answer.flags & V4L2_CTRL_FLAG_DISABLED) == 0;
    if (!kind || !single) continue;
    Control control;
    control.id = answer.id;
    control.name = plain_name({answer.name, strnlen(answer.name, sizeof answer.name)});
    control.kind = *kind;
    control.minimum = *kind == ControlKind::Boolean || *kind == ControlKind::Bitmask ? 0 : answer.minimum;
    control.maximum = *kind == ControlKind::Bitmask ? static_cast<std::uint32_t>(answer.maximum) : answer.maximum;
    control.standard = answer.default_value;
    control.step = *kind == ControlKind::Integer ? answer.step : 1;
    if (*kind == ControlKind::Menu) control.items = items_of(device, answer);
    control.wide = answer.type == V4L2_CTRL_TYPE_INTEGER64;
    control.read_only = (answer.flags & V4L2_CTRL_FLAG_READ_ONLY) != 0;
    control.write_only = (answer.flags & V4L2_CTRL_FLAG_WRITE_ONLY) != 0;
    control.inactive = (answer.flags & V4L2_CTRL_FLAG_INACTIVE) != 0;
    controls.push_back(std::move(control));
  }
  return controls;
}

Setting parse_setting(const std::vector<Control>& controls, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = plain_name(text.substr(0, equals));
  const auto found = std::ranges::find(controls, name, &Control::name);
  if (found == controls.end()) {
    std::vector<std::string> names;
    for (const Control& control : controls) names.push_back(control.name);
    throw Error(Status::Usage, "--control " + printable(text, 60) +
                                   ": no such control; the camera has: " + (names.empty() ? "none" : join(names)));
  }
  const bool has_value = equals != std::string::npos;
  const std::string value = has_value ? text.substr(equals + 1) : "";
  if (found->read_only) throw wrong(*found, value, "can be read only");
  if (found->kind == ControlKind::Button) {
    if (has_value) throw wrong(*found, value, "a button, which takes no value");
    return {&*found, 1, {}};
  }
  if (!has_value) throw Error(Status::Usage, "--control " + found->name + ": the value is missing: NAME=VALUE");
  switch (found->kind) {
    case ControlKind::Boolean:
      return {&*found, boolean_value(*found, value), {}};
    case ControlKind::Menu:
      return {&*found, menu_value(*found, value), {}};
    case ControlKind::Text: {
      const auto length = static_cast<std::int64_t>(value.size());
      if (length < found->minimum || length > std::min(found->maximum, max_text)) {
        throw wrong(*found, value,
                    "not " + std::to_string(found->minimum) + " to " + std::to_string(found->maximum) + " characters");
      }
      return {&*found, 0, value};
    }
    default:
      return {&*found, integer_value(*found, value), {}};
  }
}

void set_controls(const Device& device, const std::vector<std::string>& settings) {
  if (settings.empty()) return;
  const std::vector<Control> controls = controls_of(device);
  std::vector<Setting> parsed;  // all are looked at before one is set
  for (const std::string& text : settings) parsed.push_back(parse_setting(controls, text));
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    Setting& setting = parsed[i];
    v4l2_ext_control one{};
    one.id = setting.control->id;
    if (setting.control->kind == ControlKind::Text) {
      one.size = static_cast<std::uint32_t>(setting.control->maximum + 1);
      setting.text.resize(one.size);
      one.string = setting.text.data();
    } else if (setting.control->wide) {
      one.value64 = setting.value;
    } else {
      one.value = static_cast<std::int32_t>(setting.value);
    }
    v4l2_ext_controls all{};
    all.count = 1;
    all.controls = &one;
    device.ask(VIDIOC_S_EXT_CTRLS, &all, ("--control " + printable(settings[i], 60)).c_str());
  }
}

std::string value_of(const Device& device, const Control& control) {
  if (control.kind == ControlKind::Button || control.write_only) return {};
  v4l2_ext_control one{};
  one.id = control.id;
  std::string text;
  if (control.kind == ControlKind::Text) {
    one.size = static_cast<std::uint32_t>(std::clamp<std::int64_t>(control.maximum, 0, max_text) + 1);
    text.resize(one.size);
    one.string = text.data();
  }
  v4l2_ext_controls all{};
  all.count = 1;
  all.controls = &one;
  if (!device.try_ask(VIDIOC_G_EXT_CTRLS, &all)) return {};
  if (control.kind == ControlKind::Text) return text.c_str();
  if (control.kind == ControlKind::Bitmask) return std::to_string(static_cast<std::uint32_t>(one.value));
  return std::to_string(control.wide ? one.value64 : one.value);
}

}  // namespace sl::v4l2
