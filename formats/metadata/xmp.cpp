// Finding properties by namespace, and changing them.

#include "formats/metadata/xmp.h"

#include <cmath>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <vector>

#include "formats/metadata/xml_walk.h"
#include "libcore/media/density.h"

namespace sl {
namespace {

using xml::Item, xml::Walk;

constexpr std::string_view tiff_namespace = "http://ns.adobe.com/tiff/1.0/",
                           exif_namespace = "http://ns.adobe.com/exif/1.0/",
                           gain_map_namespace = "http://ns.adobe.com/hdr-gain-map/1.0/",
                           container_namespace = "http://ns.google.com/photos/1.0/container/",
                           camera_namespace = "http://ns.google.com/photos/1.0/camera/", spaces = " \t\r\n";
constexpr std::size_t none = std::string_view::npos;

// The prefixes that are declared for a namespace, with their colon, and the usual one.
std::set<std::string, std::less<>> prefixes_of(std::string_view xmp, std::string_view name, std::string_view usual) {
  std::set<std::string, std::less<>> prefixes;
  if (!usual.empty()) prefixes.insert(std::string(usual));
  constexpr std::string_view declares = "xmlns:";
  Walk(xmp).run([&](const Item& item) {
    if (item.value != name || !item.name.starts_with(declares)) return;
    prefixes.insert(std::string(item.name.substr(declares.size())) + ":");
  });
  return prefixes;
}

// A piece of the packet to replace.
struct Edit {
  std::size_t begin, size;
  std::string text;
};

void apply(std::string& xmp, std::vector<Edit> edits) {
  std::ranges::sort(edits, std::greater<>(), &Edit::begin);
  std::size_t end = xmp.size();
  for (const Edit& edit : edits) {
    if (edit.begin + edit.size > end) continue;  // within one that was removed
    xmp.replace(edit.begin, edit.size, edit.text);
    end = edit.begin;
  }
}

Edit replace(const std::string& xmp, std::string_view part, std::string text) {
  return {static_cast<std::size_t>(part.data() - xmp.data()), part.size(), std::move(text)};
}

// Return the last digit of an orientation as "6", "+6" or " 06 ", or null for any other value.
const char* digit_of(std::string_view value) {
  const std::size_t last = value.find_last_not_of(spaces);
  if (last == none || value[last] < '1' || value[last] > '8') return nullptr;
  value = value.substr(0, last);
  value.remove_prefix(std::min(value.find_first_not_of(spaces), value.size()));
  if (value.starts_with('+')) value.remove_prefix(1);
  return value.find_first_not_of('0') == none ? value.data() + value.size() : nullptr;
}

using Values = std::map<std::string_view, std::string>;

// Set properties of a namespace, by their names without prefix.
void set_values(std::string& xmp, std::string_view name, std::string_view usual, const Values& values) {
  const auto prefixes = prefixes_of(xmp, name, usual);
  std::vector<Edit> edits;
  Walk(xmp).run([&](const Item& item) {
    const std::size_t colon = item.name.find(':');
    if (!item.is_property || colon == none || !prefixes.contains(item.name.substr(0, colon + 1))) return;
    const auto value = values.find(item.name.substr(colon + 1));
    if (value != values.end() && !item.value.empty()) edits.push_back(replace(xmp, item.value, value->second));
  });
  apply(xmp, std::move(edits));
}

}  // namespace

void set_xmp_orientation(std::string& xmp, int orientation) {
  const auto prefixes = prefixes_of(xmp, tiff_namespace, "tiff:");
  Walk(xmp).run([&](const Item& item) {
    constexpr std::string_view property = "Orientation";
    if (!item.is_property || !item.name.ends_with(property)) return;
    if (!prefixes.contains(item.name.substr(0, item.name.size() - property.size()))) return;
    const char* digit = digit_of(item.value);
    if (digit != nullptr) xmp[static_cast<std::size_t>(digit - xmp.data())] = static_cast<char>('0' + orientation);
  });
}

void set_xmp_size(std::string& xmp, std::uint32_t width, std::uint32_t height) {
  const std::string w = std::to_string(width), h = std::to_string(height);
  set_values(xmp, tiff_namespace, "tiff:", {{"ImageWidth", w}, {"ImageLength", h}});
  set_values(xmp, exif_namespace, "exif:", {{"PixelXDimension", w}, {"PixelYDimension", h}});
}

void set_xmp_density(std::string& xmp, const Density& density) {
  const bool metric = density.unit == Density::Unit::Centimetre;
  const Density written = density.in(metric ? Density::Unit::Centimetre : Density::Unit::Inch);
  const auto ratio = [](double value) {
    if (std::round(value) == value) return std::to_string(std::llround(value)) + "/1";
    return std::to_string(std::llround(value * 10000)) + "/10000";
  };
  set_values(
      xmp, tiff_namespace, "tiff:",
      {{"XResolution", ratio(written.x)}, {"YResolution", ratio(written.y)}, {"ResolutionUnit", metric ? "3" : "2"}});
}

XmpClaims remove_xmp_claims(std::string& xmp) {
  const auto gain_map = prefixes_of(xmp, gain_map_namespace, {}), camera = prefixes_of(xmp, camera_namespace, {}),
             container = prefixes_of(xmp, container_namespace, {});
  XmpClaims claims;
  std::vector<Edit> edits;
  Walk(xmp).run([&](const Item& item) {
    const std::size_t colon = item.name.find(':');
    if (!item.is_property || colon == none) return;
    const std::string_view prefix = item.name.substr(0, colon + 1), local = item.name.substr(colon + 1);
    const bool of_map = gain_map.contains(prefix), of_container = container.contains(prefix) && local == "Directory";
    const bool of_video =
        camera.contains(prefix) && (local.starts_with("MotionPhoto") || local.starts_with("MicroVideo"));
    if (!of_map && !of_video && !of_container) return;
    claims.gain_map = claims.gain_map || of_map;
    claims.video = claims.video || of_video;
    const auto begin = static_cast<std::size_t>(item.name.data() - xmp.data());
    if (!item.is_element) {
      edits.push_back(
          {begin, static_cast<std::size_t>(item.value.data() - item.name.data()) + item.value.size() + 1, ""});
      return;
    }
    const std::string close = "</" + std::string(item.name) + ">";
    const std::size_t tag = xmp.find('>', begin), end = xmp.find(close, begin);
    if (tag != none && xmp[tag - 1] == '/') {
      edits.push_back({begin - 1, tag + 2 - begin, ""});
    } else if (end != none) {
      if (of_container) claims.others = true;
      edits.push_back({begin - 1, end + close.size() + 1 - begin, ""});
    }
  });
  apply(xmp, std::move(edits));
  return claims;
}

}  // namespace sl
