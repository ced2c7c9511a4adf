// Density as text in a track's JSON, and in other units.

#include "libcore/media/density.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/media/geometry.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

constexpr std::array<std::pair<std::string_view, double>, 3> units{
    {{"inch", 0.0254}, {"cm", 0.01}, {"m", 1}}};  // in the order of Density::Unit; their length in metres

Json members_of(const Track& track) {
  return track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
}

std::optional<Density> parse(std::string_view text) {
  const std::size_t by = text.find('x'), per = text.find(" per ");
  if (by == std::string_view::npos || per == std::string_view::npos || by > per) return std::nullopt;
  Density density;
  const auto number = [](std::string_view digits, double& into) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return error == std::errc() && end == digits.data() + digits.size() && into > 0 && into <= wire_limit::number;
  };
  if (!number(text.substr(0, by), density.x) || !number(text.substr(by + 1, per - by - 1), density.y)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (text.substr(per + 5) != units.at(i).first) continue;
    density.unit = static_cast<Density::Unit>(i);
    return density;
  }
  return std::nullopt;
}

std::string number_text(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  const double rounded = std::round(value);
  if (value >= 1e5 || rounded == value) std::snprintf(text.data(), text.size(), "%.0f", rounded);
  return text.data();
}

}  // namespace

Density Density::in(Unit other) const {
  if (other == unit) return *this;
  const double factor =
      units.at(static_cast<std::size_t>(other)).second / units.at(static_cast<std::size_t>(unit)).second;
  // What was rounded to whole pixels per metre was a whole number per inch or cm before.
  const auto convert = [&](double value) {
    const double result = value * factor, whole = std::round(result);
    return unit == Unit::Metre && whole > 0 && std::round(whole / factor) == value ? whole : result;
  };
  return {convert(x), convert(y), other};
}

void parse_value(std::string_view option, std::string_view text, Density& density) {
  std::string whole(text);
  for (const auto& [word, unit] : {std::pair{"dpi", " per inch"}, {"dpcm", " per cm"}}) {
    if (whole.ends_with(word)) whole.replace(whole.size() - std::string_view(word).size(), std::string::npos, unit);
  }
  if (whole.find(" per ") == std::string::npos) whole += " per inch";
  if (whole.find('x') > whole.find(" per ")) {
    const std::string number = whole.substr(0, whole.find(" per "));
    whole.insert(number.size(), "x" + number);
  }
  const auto read = parse(whole);
  if (!read) bad_value(option, text, "is no density, as 300, 300x150, 300dpi or 118dpcm");
  density = *read;
}

std::optional<Density> density_of(const Track& track) {
  if (track.rest.find("\"density\"") == std::string::npos) return std::nullopt;
  const Json rest = members_of(track);
  const Json::json_pointer path("/meta/density");
  if (!rest.contains(path) || !rest[path].is_string()) return std::nullopt;
  std::optional<Density> density = parse(rest[path].get<std::string>());
  const Rational& aspect = track.sample_aspect;
  if (density && density->x == density->y && aspect.num > 0 && aspect.den > 0) {
    density->y = density->x * static_cast<double>(aspect.num) / static_cast<double>(aspect.den);
  }
  return density;
}

std::optional<PixelsPerMm> pixels_per_mm(const Track& track) {
  const auto density = density_of(track);
  if (!density) return std::nullopt;
  const Density metre = density->in(Density::Unit::Metre);
  const PixelsPerMm stored{metre.x / 1000, metre.y / 1000};
  return turn_of(track.orientation).swap ? PixelsPerMm{stored.y, stored.x} : stored;
}

void set_density(Track& track, const std::optional<Density>& density) {
  Json rest = members_of(track);
  if (density) {
    rest["meta"]["density"] = number_text(density->x) + "x" + number_text(density->y) + " per " +
                              std::string(units.at(static_cast<std::size_t>(density->unit)).first);
  } else if (rest.contains("meta") && rest["meta"].is_object()) {
    rest["meta"].erase("density");
  }
  track.rest = write_json(rest);
}

void turn_density(Track& track) {
  const std::optional<Density> density = density_of(track);
  if (density) set_density(track, Density{density->y, density->x, density->unit});
}

}  // namespace sl
