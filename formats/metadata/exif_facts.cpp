// From EXIF's directories to facts.

#include "formats/metadata/exif_facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "formats/metadata/tiff_directory.h"
#include "libcore/base/error.h"
#include "libcore/base/json.h"

namespace sl {

namespace {

// One directory of the blob, perhaps empty.
class Fields {
 public:
  Fields(std::string_view exif, const std::optional<tiff::Directory>& directory)
      : exif_(exif), directory_(directory.value_or(tiff::Directory{})) {}

  // Return the directory at the offset that this tag holds. (The bytes before a directory are not read.)
  [[nodiscard]] Fields below(std::uint16_t tag) const {
    const std::optional<double> offset = number(tag);
    if (!offset || *offset < 8 || *offset > static_cast<double>(exif_.size()) - 2) return {exif_, std::nullopt};
    tiff::Directory directory;
    directory.big_endian = directory_.big_endian;
    directory.entries = static_cast<std::size_t>(*offset) + 2;
    directory.count = std::min<std::size_t>(tiff::load(exif_, directory.entries - 2, 2, directory.big_endian),
                                            (exif_.size() - directory.entries) / tiff::entry_bytes);
    return {exif_, directory};
  }

  [[nodiscard]] std::string text(std::uint16_t tag) const {
    const auto [type, bytes] = value(tag);
    std::string_view text = type == ascii ? bytes : std::string_view();
    text = text.substr(0, text.find('\0'));
    while (text.ends_with(' ')) text.remove_suffix(1);
    return printable(text, 200);
  }

  // Return the value of this index, if it is a number.
  [[nodiscard]] std::optional<double> number(std::uint16_t tag, std::size_t index = 0) const {
    const auto [type, bytes] = value(tag);
    const std::size_t size = size_of(type);
    if (type == ascii || size == 0 || bytes.size() / size <= index) return std::nullopt;
    const auto load = [&bytes = bytes, this](std::size_t at, int width) {
      return static_cast<double>(tiff::load(bytes, at, width, directory_.big_endian));
    };
    if (type != ratio) return load(index * size, static_cast<int>(size));
    const double below = load(index * size + 4, 4);
    if (below == 0) return std::nullopt;
    return load(index * size, 4) / below;
  }

 private:
  static constexpr std::uint32_t ascii = 2, ratio = 5;

  static std::size_t size_of(std::uint32_t type) {
    return type == tiff::Byte || type == ascii ? 1
           : type == tiff::Short               ? 2
           : type == tiff::Long                ? 4
           : type == ratio                     ? 8
                                               : 0;
  }

  // Return the type and the bytes of a tag's values, as many as lie within the blob.
  [[nodiscard]] std::pair<std::uint32_t, std::string_view> value(std::uint16_t tag) const {
    const auto entry = tiff::find_entry(exif_, directory_, tag);
    if (!entry) return {};
    const auto load = [this](std::size_t at, int size) { return tiff::load(exif_, at, size, directory_.big_endian); };
    const std::uint32_t type = load(*entry + tiff::type_offset, 2);
    const std::uint64_t size = std::uint64_t{load(*entry + tiff::count_offset, 4)} * size_of(type);
    std::size_t at = *entry + tiff::value_offset;
    if (size > 4) at = load(at, 4);
    if (at > exif_.size()) return {};
    return {type, exif_.substr(at, static_cast<std::size_t>(size))};
  }

  std::string_view exif_;
  tiff::Directory directory_;
};

// "2024:05:06 07:08:09" and "+02:00" to "2024-05-06T07:08:09+02:00"; empty if the date is blank, as cameras without a
// clock have it.
std::string date_of(std::string date, const std::string& offset) {
  constexpr std::string_view form = "0000:00:00 00:00:00";
  if (date.size() != form.size() || date.starts_with("0000")) return {};
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '0' ? date[i] < '0' || date[i] > '9' : date[i] != form[i]) return {};
  }
  date[4] = date[7] = '-';
  date[10] = 'T';
  return date + offset;
}

std::optional<double> degrees(const Fields& gps, std::uint16_t tag, std::uint16_t side_tag, char negative) {
  const auto whole = gps.number(tag, 0);
  if (!whole) return std::nullopt;
  const double angle = *whole + gps.number(tag, 1).value_or(0) / 60 + gps.number(tag, 2).value_or(0) / 3600;
  if (angle > 180) return std::nullopt;
  const bool reversed = gps.text(side_tag).starts_with(negative);
  return std::round((reversed ? -angle : angle) * 1e6) / 1e6;
}

void add_place(Json& facts, const Fields& gps) {
  const auto latitude = degrees(gps, 2, 1, 'S'), longitude = degrees(gps, 4, 3, 'W');
  if (!latitude || !longitude) return;
  facts["latitude"] = *latitude;
  facts["longitude"] = *longitude;
  if (const auto altitude = gps.number(6)) {
    const bool below_sea = gps.number(5).value_or(0) == 1;
    facts["altitude"] = below_sea ? -*altitude : *altitude;
  }
}

}  // namespace

Json exif_facts(std::string_view exif) {
  constexpr std::uint16_t make = 0x010f, model = 0x0110, changed = 0x0132, shot_directory = 0x8769,
                          gps_directory = 0x8825, taken = 0x9003, taken_offset = 0x9011, exposure = 0x829a,
                          aperture = 0x829d, iso = 0x8827, focal_length = 0x920a, lens = 0xa434;
  const Fields first(exif, tiff::first_directory(exif));
  const Fields shot = first.below(shot_directory);
  Json facts = Json::object();
  std::string date = date_of(shot.text(taken), shot.text(taken_offset));
  if (date.empty()) date = date_of(first.text(changed), "");
  if (!date.empty()) facts["date"] = date;
  const std::string maker = first.text(make), name = first.text(model);
  const bool named = name.starts_with(maker.substr(0, maker.find(' ')));  // "Canon", "Canon EOS 5D"
  const std::string camera = named ? name : maker + (name.empty() ? "" : " ") + name;
  if (!camera.empty()) facts["camera"] = camera;
  if (const std::string text = shot.text(lens); !text.empty()) facts["lens"] = text;
  for (const auto& [member, tag] :
       {std::pair{"focal_length", focal_length}, {"aperture", aperture}, {"exposure", exposure}, {"iso", iso}}) {
    if (const auto value = shot.number(tag); value && *value > 0) facts[member] = *value;
  }
  add_place(facts, first.below(gps_directory));
  return facts;
}

void print_exif(std::ostream& out, const Json& facts) {
  const auto number = [&](const char* name, const char* form) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), form, facts[name].get<double>());
    return std::string(text.data());
  };
  if (facts.contains("date")) {
    std::string date = facts["date"].get<std::string>();
    date[10] = ' ';
    out << "    taken: " << date << "\n";
  }
  std::string camera;
  const auto add = [&](const std::string& text) { camera += (camera.empty() ? "" : ", ") + text; };
  for (const char* name : {"camera", "lens"}) {
    if (facts.contains(name)) add(facts[name].get<std::string>());
  }
  if (facts.contains("focal_length")) add(number("focal_length", "%.4g mm"));
  if (facts.contains("aperture")) add(number("aperture", "f/%.3g"));
  if (facts.contains("exposure")) {
    const double time = facts["exposure"].get<double>();
    add(time < 0.3 ? "1/" + std::to_string(std::lround(1 / std::max(time, 1e-6))) + " s"
                   : number("exposure", "%.3g s"));
  }
  if (facts.contains("iso")) add(number("iso", "ISO %.0f"));
  if (!camera.empty()) out << "    camera: " << camera << "\n";
  if (facts.contains("latitude")) {
    out << "    place: " << number("latitude", "%.6f") << ", " << number("longitude", "%.6f")
        << (facts.contains("altitude") ? ", " + number("altitude", "%.0f m") : "") << "\n";
  }
}

}  // namespace sl
