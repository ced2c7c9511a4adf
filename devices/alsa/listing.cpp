// Names and descriptions from ALSA's configuration; for one device, the formats it takes.

#include "devices/alsa/listing.h"

#include <algorithm>
#include <cstdlib>

#include "libcore/base/json.h"

namespace sl::alsa {

namespace {

std::string hint(const void* hints, const char* id) {
  char* text = snd_device_name_get_hint(hints, id);
  std::string copy = text == nullptr ? "" : text;
  std::free(text);
  std::ranges::replace(copy, '\n', ' ');
  return copy;
}

Json describe(Direction direction, const std::string& device) {
  const Pcm pcm(device, device, direction);
  snd_pcm_hw_params_t* params = nullptr;
  snd_pcm_hw_params_alloca(&params);
  const int error = snd_pcm_hw_params_any(pcm.handle(), params);
  if (error < 0) pcm.fail(error, "its parameters");
  (void)snd_pcm_hw_params_set_rate_resample(pcm.handle(), params, 0);
  Json formats = Json::array();
  for (const char* name : {"u8", "s16le", "s32le", "f32le"}) {
    if (snd_pcm_hw_params_test_format(pcm.handle(), params, format_of(name)) == 0) formats.push_back(name);
  }
  unsigned min_rate = 0, max_rate = 0, min_channels = 0, max_channels = 0;
  snd_pcm_hw_params_get_rate_min(params, &min_rate, nullptr);
  snd_pcm_hw_params_get_rate_max(params, &max_rate, nullptr);
  snd_pcm_hw_params_get_channels_min(params, &min_channels);
  snd_pcm_hw_params_get_channels_max(params, &max_channels);
  return {{"name", device},
          {"rates", {min_rate, max_rate}},
          {"channels", {min_channels, max_channels}},
          {"formats", formats}};
}

std::string text_of(const Json& device) {
  std::string text = printable(device["name"].get<std::string>()) + "\n";
  const auto range = [&](const char* name, const char* unit) {
    const auto least = device[name][0].get<unsigned>(), most = device[name][1].get<unsigned>();
    text += "  " + std::to_string(least) + (least == most ? "" : " to " + std::to_string(most)) + unit + "\n";
  };
  if (device.contains("description")) text += "  " + printable(device["description"].get<std::string>()) + "\n";
  if (!device.contains("rates")) return text;
  range("rates", " Hz");
  range("channels", " channels");
  text += "  formats:";
  for (const Json& format : device["formats"]) text += " " + format.get<std::string>();
  return text + "\n";
}

}  // namespace

std::string list_devices(Direction direction, const std::string& device, bool json) {
  const auto line = [&](const Json& one) { return json ? write_json(one) + "\n" : text_of(one); };
  if (!device.empty()) return line(describe(direction, device));
  std::string text;
  void** hints = nullptr;
  if (snd_device_name_hint(-1, "pcm", &hints) < 0) return text;
  const std::string other = direction == Direction::Capture ? "Output" : "Input";
  for (void** one = hints; *one != nullptr; ++one) {
    if (hint(*one, "IOID") == other) continue;  // none: both
    text += line({{"name", hint(*one, "NAME")}, {"description", hint(*one, "DESC")}});
  }
  snd_device_name_free_hint(hints);
  return text;
}

}  // namespace sl::alsa
