// Matrix and curve profiles. Specification: ICC.1:2022, 7 to 10, and annex F.

#include "libcore/pixels/icc.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/pixels/transfer.h"

namespace sl {
namespace {

using Vector = std::array<double, 3>;

constexpr Vector d50{0.9642, 1, 0.8249};
constexpr int curve_entries = 1024;

// ITU-T H.273, table 2.
constexpr std::array<Primaries, 8> primaries_table{{
    {1, {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000}},
    {4, {31000, 31600, 67000, 33000, 21000, 71000, 14000, 8000}},
    {5, {31270, 32900, 64000, 33000, 29000, 60000, 15000, 6000}},
    {6, {31270, 32900, 63000, 34000, 31000, 59500, 15500, 7000}},
    {9, {31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600}},
    {10, {33333, 33333, 100000, 0, 0, 100000, 0, 0}},
    {11, {31400, 35100, 68000, 32000, 26500, 69000, 15000, 6000}},
    {12, {31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000}},
}};

Vector multiply(const Matrix& m, const Vector& v) {
  Vector result{};
  for (std::size_t i = 0; i < 3; ++i) result[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return result;
}

// Bradford's adaptation of a white to D50.
Vector adapted(const Vector& color, const Vector& white) {
  constexpr Matrix cones{{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};
  const Vector from = multiply(cones, white), to = multiply(cones, d50);
  Vector response = multiply(cones, color);
  for (std::size_t i = 0; i < 3; ++i) response[i] *= to[i] / from[i];
  return multiply(inverse(cones), response);
}

Vector point(const Chromaticities& points, std::size_t i) {
  const double x = points[2 * i] / 1e5, y = points[2 * i + 1] / 1e5;
  return {x, y, 1 - x - y};
}

// With a luminance of 1.
Vector white_of(const Chromaticities& points) {
  Vector white = point(points, 0);
  const double luminance = white[1];
  for (double& value : white) value /= luminance;
  return white;
}

// ---- Tags ----

void append(std::string& bytes, std::uint32_t value) {
  bytes.resize(bytes.size() + 4);
  store_be(bytes.data() + bytes.size() - 4, value);
}

void append_fixed(std::string& bytes, double value) {
  append(bytes, static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(value * 65536))));
}

std::string tag_data(std::string_view type) { return std::string(type) + std::string(4, '\0'); }

std::string text_tag(std::string_view text) {
  std::string data = tag_data("mluc");
  for (const std::uint32_t value : {1u, 12u}) append(data, value);
  data += "enUS";
  append(data, static_cast<std::uint32_t>(text.size() * 2));
  append(data, 28);
  for (const char c : text) (data += '\0') += c;
  return data;
}

std::string xyz_tag(const Vector& xyz) {
  std::string data = tag_data("XYZ ");
  for (const double value : xyz) append_fixed(data, value);
  return data;
}

std::string parametric(std::uint16_t type, const std::vector<double>& parameters) {
  std::string data = tag_data("para");
  append(data, static_cast<std::uint32_t>(type) << 16);
  for (const double value : parameters) append_fixed(data, value);
  return data;
}

std::string curve_tag(const ProfileColors& colors) {
  if (colors.gamma > 0) return parametric(0, {colors.gamma});
  if (colors.transfer == 4) return parametric(0, {2.2});
  if (colors.transfer == 5) return parametric(0, {2.8});
  if (colors.transfer == 8) return parametric(0, {1});
  if (is_like_srgb(colors.transfer)) return parametric(3, {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045});
  const Transfer transfer(colors.transfer);
  std::string data = tag_data("curv");
  append(data, curve_entries);
  for (int i = 0; i < curve_entries; ++i) {
    const double light = transfer.to_light(static_cast<float>(i) / (curve_entries - 1));
    const auto code = static_cast<std::uint16_t>(std::lround(std::clamp(light, 0.0, 1.0) * 65535));
    data += static_cast<char>(code >> 8);
    data += static_cast<char>(code);
  }
  return data;
}

std::string assemble(const std::vector<std::pair<std::string_view, std::string>>& tags, bool gray) {
  std::string table, data;
  const std::size_t begin = 128 + 4 + tags.size() * 12;
  append(table, static_cast<std::uint32_t>(tags.size()));
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const auto& [name, bytes] = tags[i];
    std::size_t place = begin + data.size();
    if (i > 0 && bytes == tags[i - 1].second) {
      place -= (bytes.size() + 3) / 4 * 4;  // shared
    } else {
      data += bytes;
      data.resize((data.size() + 3) / 4 * 4);
    }
    table += name;
    append(table, static_cast<std::uint32_t>(place));
    append(table, static_cast<std::uint32_t>(bytes.size()));
  }
  std::string header;
  append(header, static_cast<std::uint32_t>(begin + data.size()));
  header.resize(8);
  append(header, 0x04400000);  // version 4.4
  (header += "mntr") += gray ? "GRAY" : "RGB ";
  header += "XYZ ";
  // A date that never changes: the bytes of a file depend on the picture only.
  for (const int part : {2022, 5, 1, 0, 0, 0}) (header += static_cast<char>(part >> 8)) += static_cast<char>(part);
  header += "acsp";
  header.resize(68);
  for (const double value : d50) append_fixed(header, value);
  header.resize(128);
  return header + table + data;
}

}  // namespace

std::span<const Primaries> known_primaries() { return primaries_table; }

const Primaries& primaries_of(int number) {
  const int like = number == 2 ? 1 : number == 7 ? 6 : number;
  const auto* found = std::ranges::find(primaries_table, like, &Primaries::number);
  if (found != primaries_table.end()) return *found;
  throw Error(Status::Data, "colors of primaries " + std::to_string(number) + " of H.273 cannot be converted");
}

bool is_like_srgb(int transfer) {
  constexpr std::array<int, 8> all{1, 2, 6, 11, 12, 13, 14, 15};
  return std::ranges::find(all, transfer) != all.end();
}

Matrix light_to_xyz(const Chromaticities& chromaticities) {
  const Vector white = white_of(chromaticities);
  Matrix points{};
  for (std::size_t i = 0; i < 3; ++i) {
    const Vector xyz = point(chromaticities, i + 1);
    for (std::size_t row = 0; row < 3; ++row) points[row][i] = xyz[row];
  }
  const Vector scale = multiply(inverse(points), white);
  Matrix result{};
  for (std::size_t i = 0; i < 3; ++i) {
    Vector color = point(chromaticities, i + 1);
    for (double& value : color) value *= scale[i];
    const Vector xyz = adapted(color, white);
    for (std::size_t row = 0; row < 3; ++row) result[row][i] = xyz[row];
  }
  return result;
}

std::string make_icc(const ProfileColors& colors) {
  const Vector white = white_of(colors.chromaticities);
  std::vector<std::pair<std::string_view, std::string>> tags{{"desc", text_tag("made from the numbers of the picture")},
                                                             {"cprt", text_tag("public domain")},
                                                             {"wtpt", xyz_tag(d50)}};
  if (!colors.gray) {
    const Matrix xyz = light_to_xyz(colors.chromaticities);
    constexpr std::array<std::string_view, 3> names{"rXYZ", "gXYZ", "bXYZ"};
    for (std::size_t i = 0; i < 3; ++i) tags.emplace_back(names[i], xyz_tag({xyz[0][i], xyz[1][i], xyz[2][i]}));
  }
  std::string adaptation = tag_data("sf32");
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t i = 0; i < 3; ++i) {
      Vector unit{};
      unit[i] = 1;
      append_fixed(adaptation, adapted(unit, white)[row]);
    }
  }
  tags.emplace_back("chad", adaptation);
  if (colors.transfer == 16 || colors.transfer == 18) {  // no curve says all of it
    tags.emplace_back("cicp", tag_data("cicp") + std::string{static_cast<char>(colors.primaries),
                                                             static_cast<char>(colors.transfer), '\0', '\1'});
  }
  const std::string curve = curve_tag(colors);
  for (const std::string_view name : {"rTRC", "gTRC", "bTRC"}) {
    if (!colors.gray) tags.emplace_back(name, curve);
  }
  if (colors.gray) tags.emplace_back("kTRC", curve);
  return assemble(tags, colors.gray);
}

std::string icc_of(const Color& color, bool gray) {
  const int transfer = color.transfer;
  const bool plain = color.primaries == 1 || color.primaries == 2 || gray;
  if (plain && is_like_srgb(transfer)) return {};
  const auto primaries =
      std::ranges::find(primaries_table, color.primaries == 2 ? 1 : color.primaries, &Primaries::number);
  if (primaries == primaries_table.end() || transfer == 9 || transfer == 10 || transfer > 18) return {};
  return make_icc({primaries->chromaticities, primaries->number, transfer, 0, gray});
}

}  // namespace sl
