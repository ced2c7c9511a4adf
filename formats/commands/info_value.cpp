// Following a path of names.

#include "formats/commands/info_value.h"

#include <algorithm>
#include <array>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

// What --json calls otherwise than EXIF (CIPA DC-008), and than a wire calls it.
struct OtherName {
  std::string_view asked, ours;
};
constexpr std::array other_names{OtherName{"rate", "average_rate"},
                                 OtherName{"exif.DateTimeOriginal", "exif.date"},
                                 OtherName{"exif.LensModel", "exif.lens"},
                                 OtherName{"exif.FocalLength", "exif.focal_length"},
                                 OtherName{"exif.FNumber", "exif.aperture"},
                                 OtherName{"exif.ExposureTime", "exif.exposure"},
                                 OtherName{"exif.PhotographicSensitivity", "exif.iso"},
                                 OtherName{"exif.GPSLatitude", "exif.latitude"},
                                 OtherName{"exif.GPSLongitude", "exif.longitude"},
                                 OtherName{"exif.GPSAltitude", "exif.altitude"}};

// The longest name goes first: names of tags may hold dots.
const Json* find(const Json& in, std::string_view path) {
  if (in.is_array()) {
    const auto place = to_number<std::size_t>(path.substr(0, path.find('.')));
    if (!place || *place == 0 || *place > in.size()) return nullptr;
    const Json& element = in[*place - 1];
    return path.find('.') == std::string_view::npos ? &element : find(element, path.substr(path.find('.') + 1));
  }
  if (!in.is_object()) return nullptr;
  for (std::size_t end = path.size(); end != std::string_view::npos; end = end == 0 ? end : path.rfind('.', end - 1)) {
    const auto member = in.find(path.substr(0, end));
    if (member != in.end()) return end == path.size() ? &*member : find(*member, path.substr(end + 1));
    if (end == 0) break;
  }
  return nullptr;
}

const Json* find_with_meta(const Json& in, std::string_view path) {
  const Json* value = find(in, path);
  const auto meta = in.is_object() ? in.find("meta") : in.end();
  return value == nullptr && in.is_object() && meta != in.end() ? find(*meta, path) : value;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return printable(value.get<std::string>());
  const bool is_ratio = value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
  return is_ratio ? write_json(value[0]) + "/" + write_json(value[1]) : write_json(value);
}

}  // namespace

std::string described_value(const Json& description, std::string_view path, std::string_view name) {
  std::vector<const Json*> starts{&description};
  if (const auto container = description.find("container"); container != description.end()) {
    starts.push_back(&*container);
  }
  if (const auto tracks = description.find("tracks"); tracks != description.end()) {
    for (const Json& track : *tracks) starts.push_back(&track);
  }
  std::vector<std::string_view> paths{path};
  const auto other = std::ranges::find(other_names, path, &OtherName::asked);
  if (other != other_names.end()) paths.push_back(other->ours);
  for (const std::string_view each : paths) {
    for (const Json* start : starts) {
      if (const Json* value = find_with_meta(*start, each)) return text_of(*value);
    }
  }
  throw Error(Status::Data, std::string(name) + ": has no \"" + printable(path, 60) + "\" (--json lists what it has)");
}

}  // namespace sl
