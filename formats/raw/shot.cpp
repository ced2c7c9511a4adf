// EXIF (CIPA DC-008) of two directories: the picture's and the shot's.

#include "formats/raw/shot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <vector>

#include "libcore/base/endian.h"

namespace sl::raw {

namespace {

struct Field {
  std::uint16_t tag, type;
  std::uint32_t count;
  std::string bytes;
};

template <class T>
std::string bytes_of(T value) {
  std::string bytes(sizeof(T), '\0');
  store_le(bytes.data(), value);
  return bytes;
}

class Directory {
 public:
  void text(std::uint16_t tag, std::string_view value) {
    value = value.substr(0, value.find('\0'));
    if (value.empty()) return;
    fields_.push_back({tag, 2, static_cast<std::uint32_t>(value.size() + 1), std::string(value) + '\0'});
  }
  void number(std::uint16_t tag, std::uint32_t value) {
    constexpr std::uint16_t long_type = 4, short_type = 3;
    const bool fits = value <= 0xffff;
    fields_.push_back(
        {tag, fits ? short_type : long_type, 1, fits ? bytes_of(static_cast<std::uint16_t>(value)) : bytes_of(value)});
  }
  void ratio(std::uint16_t tag, double value) {
    if (!(value > 0) || value > 1e6) return;
    // Exposures are shown as one over a whole number.
    const bool small = value < 0.4;
    const std::uint32_t above = small ? 10 : static_cast<std::uint32_t>(std::lround(value * 1000)),
                        below = small ? static_cast<std::uint32_t>(std::lround(10 / value)) : 1000;
    fields_.push_back({tag, 5, 1, bytes_of(above) + bytes_of(below)});
  }
  // Place a link to another directory, which follows this one.
  void link(std::uint16_t tag) { fields_.push_back({tag, 4, 1, std::string(4, '\0')}), linked_ = tag; }

  // Return its bytes for this place.
  [[nodiscard]] std::string at(std::uint32_t place) {
    std::ranges::sort(fields_, {}, &Field::tag);
    const auto size = static_cast<std::uint32_t>(2 + fields_.size() * 12 + 4);
    std::string entries = bytes_of(static_cast<std::uint16_t>(fields_.size())), data;
    std::size_t link_at = 0;
    for (Field& field : fields_) {
      entries += bytes_of(field.tag) + bytes_of(field.type) + bytes_of(field.count);
      if (field.tag == linked_) link_at = entries.size();
      if (field.bytes.size() > 4) {
        entries += bytes_of(static_cast<std::uint32_t>(place + size + data.size()));
        data += field.bytes;
        if (data.size() % 2 != 0) data += '\0';
      } else {
        field.bytes.resize(4, '\0');
        entries += field.bytes;
      }
    }
    std::string whole = entries + std::string(4, '\0') + data;
    if (linked_ != 0) store_le(whole.data() + link_at, static_cast<std::uint32_t>(place + whole.size()));
    return whole;
  }

 private:
  std::vector<Field> fields_;
  std::uint16_t linked_ = 0;
};

}  // namespace

std::string exif_of(const libraw_data_t& data) {
  constexpr std::uint16_t shot_link = 0x8769;
  Directory picture, shot;
  picture.text(0x010f, data.idata.make);
  picture.text(0x0110, data.idata.model);
  picture.text(0x0131, data.idata.software);
  picture.text(0x013b, data.other.artist);
  picture.link(shot_link);
  shot.ratio(0x829a, data.other.shutter);
  shot.ratio(0x829d, data.other.aperture);
  if (data.other.iso_speed > 0) shot.number(0x8827, static_cast<std::uint32_t>(std::lround(data.other.iso_speed)));
  shot.ratio(0x920a, data.other.focal_len);
  shot.text(0xa434, data.lens.Lens);
  if (data.other.timestamp > 0) {
    std::array<char, 32> text{};
    std::tm time{};
    localtime_r(&data.other.timestamp, &time);  // LibRaw took the camera's time for local time
    std::strftime(text.data(), text.size(), "%Y:%m:%d %H:%M:%S", &time);
    picture.text(0x0132, text.data());
    shot.text(0x9003, text.data());
  }
  std::string blob = std::string("II*\0", 4) + bytes_of(std::uint32_t{8});
  blob += picture.at(static_cast<std::uint32_t>(blob.size()));
  return blob + shot.at(static_cast<std::uint32_t>(blob.size()));
}

}  // namespace sl::raw
