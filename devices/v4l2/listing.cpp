// Cameras with their formats, sizes, rates and controls, as text.

#include "devices/v4l2/listing.h"

#include <array>
#include <vector>

#include "devices/v4l2/controls.h"
#include "devices/v4l2/device.h"
#include "devices/v4l2/formats.h"
#include "libcore/base/json.h"
#include "libcore/base/report.h"

namespace sl::v4l2 {

namespace {

constexpr std::array<std::string_view, 6> kind_words{"integer", "boolean", "menu", "button", "bitmask", "text"};

std::string sent_as(std::uint32_t fourcc) {
  const auto format = find_format(fourcc);
  return !format ? "" : std::string(format->is_raw() ? format->pixels : format->codec);
}

// ---- As text ----

std::string sizes_text(const SizeOffer& offer) {
  std::string text = size_text(offer.least);
  if (offer.most != offer.least) {
    text += " to " + size_text(offer.most);
    if (offer.step != Size{1, 1}) text += " in steps of " + size_text(offer.step);
  }
  std::string rates;
  for (const RateOffer& rate : offer.rates) {
    rates += (rates.empty() ? ": " : ", ") + rate_text(rate.least);
    if (rate.most != rate.least) rates += " to " + rate_text(rate.most);
  }
  return text + rates;
}

std::string control_text(const Device& device, const Control& control) {
  std::string text = printable(control.name);
  const std::string now = printable(value_of(device, control));
  if (control.kind != ControlKind::Button) text += "=" + now;
  if (control.kind == ControlKind::Integer) {
    text += "  " + std::to_string(control.minimum) + " to " + std::to_string(control.maximum);
    if (control.step > 1) text += " in steps of " + std::to_string(control.step);
    text += ", usually " + std::to_string(control.standard);
  } else if (control.kind == ControlKind::Menu) {
    for (const auto& [item, name] : control.items) {
      text += (item == control.items.front().first ? "  " : ", ") + std::to_string(item) + " " +
              printable(plain_name(name));
    }
  } else {
    text += "  " + std::string(kind_words.at(static_cast<std::size_t>(control.kind)));
  }
  if (control.read_only) text += ", read only";
  if (control.inactive) text += ", inactive now";
  return text;
}

std::string for_people(const Device& device) {
  const Identity& known = device.identity();
  std::string text = known.path + ": " + printable(known.card) + " (" + printable(known.driver) + ", " +
                     printable(known.bus) + (known.serial.empty() ? "" : ", serial " + printable(known.serial)) + ")\n";
  for (const FormatOffer& offer : offers_of(device, usual_size)) {
    const std::string sent = sent_as(offer.fourcc);
    text += "  " + printable(fourcc_name(offer.fourcc)) + ", " + printable(offer.description) +
            (sent.empty() ? ": cannot be sent\n" : ": sent as " + sent + "\n");
    if (sent.empty()) continue;
    for (const SizeOffer& size : offer.sizes) text += "    " + sizes_text(size) + "\n";
  }
  const std::vector<Control> controls = controls_of(device);
  if (!controls.empty()) text += "  controls\n";
  for (const Control& control : controls) text += "    " + control_text(device, control) + "\n";
  return text;
}

// ---- JSON ----

Json pair(std::int64_t a, std::int64_t b) { return Json::array({a, b}); }
Json size_json(const Size& size) { return pair(size.width, size.height); }

Json control_json(const Device& device, const Control& control) {
  Json json{{"name", control.name}, {"kind", kind_words.at(static_cast<std::size_t>(control.kind))}};
  // 64 bits do not fit JSON's numbers.
  const auto add = [&](const char* name, std::int64_t value) {
    json[name] = control.wide ? Json(std::to_string(value)) : Json(value);
  };
  if (control.kind != ControlKind::Button) {
    const std::string now = value_of(device, control);
    if (control.kind == ControlKind::Text || control.wide) {
      json["value"] = now;
    } else if (!now.empty()) {
      json["value"] = std::stoll(now);
    }
    add("minimum", control.minimum);
    add("maximum", control.maximum);
    if (control.kind != ControlKind::Text) add("default", control.standard);
    if (control.step > 1) json["step"] = json_count(control.step);
  }
  for (const auto& [item, name] : control.items) json["items"].push_back({{"value", item}, {"name", name}});
  if (control.read_only) json["read_only"] = true;
  if (control.inactive) json["inactive"] = true;
  return json;
}

Json for_programs(const Device& device) {
  const Identity& known = device.identity();
  Json json{{"device", known.path}, {"name", known.card}, {"driver", known.driver}, {"bus", known.bus}};
  if (!known.serial.empty()) json["serial"] = known.serial;
  json["formats"] = Json::array();
  for (const FormatOffer& offer : offers_of(device, usual_size)) {
    Json format{{"fourcc", fourcc_name(offer.fourcc)}, {"description", offer.description}};
    const std::string sent = sent_as(offer.fourcc);
    format["sent_as"] = sent.empty() ? Json() : Json(sent);
    format["sizes"] = Json::array();
    for (const SizeOffer& size : offer.sizes) {
      Json one{{"least", size_json(size.least)}, {"most", size_json(size.most)}, {"step", size_json(size.step)}};
      one["rates"] = Json::array();
      for (const RateOffer& rate : size.rates) {
        one["rates"].push_back(
            {{"least", pair(rate.least.num, rate.least.den)}, {"most", pair(rate.most.num, rate.most.den)}});
      }
      format["sizes"].push_back(one);
    }
    json["formats"].push_back(format);
  }
  json["controls"] = Json::array();
  for (const Control& control : controls_of(device)) json["controls"].push_back(control_json(device, control));
  return json;
}

}  // namespace

std::string list_cameras(const std::string& name, bool json) {
  std::vector<Device> devices;
  std::vector<Error> refused;
  if (name.empty()) {
    devices = all_devices(&refused);
    if (devices.empty()) devices.push_back(find_device(""));  // throws the reason
  } else {
    devices.push_back(find_device(name));
  }
  for (const Error& error : refused) {
    if (!devices.empty()) warn(error.what());
  }
  std::string text;
  for (const Device& device : devices) text += json ? write_json(for_programs(device)) + "\n" : for_people(device);
  return text;
}

}  // namespace sl::v4l2
