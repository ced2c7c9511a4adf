// A field that the frame lacks is empty.

#include "fields.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/media/clock.h"

namespace sl::drawing {

namespace {

// H:MM:SS with fractional digits, rounded down.
std::string time_text(double seconds, int digits) {
  const double unit = std::pow(10.0, digits);
  const double whole = std::floor(std::abs(seconds) * unit + 1e-6);
  const auto total = static_cast<long long>(whole / unit);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s%02lld:%02lld:%02lld", seconds < 0 ? "-" : "", total / 3600,
                total / 60 % 60, total % 60);
  std::string out = text.data();
  if (digits == 0) return out;
  std::snprintf(text.data(), text.size(), ".%0*lld", digits,
                static_cast<long long>(whole) - total * static_cast<long long>(unit));
  return out + text.data();
}

std::string local_time(std::int64_t wall, const std::string& format) {
  const std::time_t seconds = wall / ns_per_second - (wall % ns_per_second < 0 ? 1 : 0);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 512> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), format.c_str(), &parts);
  return {text.data(), length};
}

std::string json_text(const Json& value) { return value.is_string() ? value.get<std::string>() : write_json(value); }

// The member of an object that a path of names leads to: "exposure.time".
std::string member_text(const std::string& object, std::string_view path) {
  if (object.empty()) return {};
  Json value = parse_json(object, wire_limit::long_json);
  while (!path.empty()) {
    const std::string name(path.substr(0, path.find('.')));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (!value.is_object() || !value.contains(name)) return {};
    Json member = value[name];
    value = std::move(member);
  }
  return json_text(value);
}

}  // namespace

Fields::Fields(std::string_view option, std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.substr(i, 2) == "\\n") {
      plain += '\n';
      ++i;
    } else if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
      plain += c;
      ++i;
    } else if (c == '{') {
      const auto end = text.find('}', i);
      if (end == std::string_view::npos) bad_value(option, text, "has a { without }; {{ is a brace");
      if (!plain.empty()) parts_.push_back({Kind::Plain, std::exchange(plain, {})});
      parts_.push_back(field(option, text.substr(i + 1, end - i - 1)));
      i = end;
    } else {
      plain += c;
    }
  }
  if (!plain.empty()) parts_.push_back({Kind::Plain, plain});
}

Fields::Part Fields::field(std::string_view option, std::string_view text) {
  constexpr Name<Kind> kinds[] = {{"time", Kind::Time},   {"number", Kind::Number},   {"pts", Kind::Pts},
                                  {"wall", Kind::Wall},   {"capture", Kind::Capture}, {"name", Kind::Name},
                                  {"width", Kind::Width}, {"height", Kind::Height},   {"level", Kind::Level},
                                  {"meta", Kind::Meta}};
  const auto colon = text.find(':');
  const auto kind = find_name(text.substr(0, colon), kinds);
  if (!kind) bad_value(option, "{" + std::string(text) + "}", "is no field: " + name_list(kinds) + "; {{ is a brace");
  Part part{*kind, colon == std::string_view::npos ? std::string() : std::string(text.substr(colon + 1))};
  if (part.kind == Kind::Meta && part.text.empty()) bad_value(option, text, "names no member, as {meta:title}");
  if (part.kind == Kind::Time && !part.text.empty() && (part.text.size() != 1 || part.text < "0" || part.text > "9"))
    bad_value(option, text, "is not {time:DIGITS}");
  return part;
}

std::string Fields::value(const Part& part, const Moment& moment, const std::string& name) {
  const auto& [track, frame, time, level] = moment;
  const auto moment_text = [&](std::int64_t wall) {
    if (wall == no_time) return std::string();
    return local_time(wall, part.text.empty() ? "%Y-%m-%d %H:%M:%S" : part.text);
  };
  switch (part.kind) {
    case Kind::Plain:
      return part.text;
    case Kind::Time:
      return time_text(time, part.text.empty() ? 3 : part.text[0] - '0');
    case Kind::Number:
      return std::to_string(frame.number);
    case Kind::Pts:
      return frame.pts == no_time ? std::string() : std::to_string(frame.pts);
    case Kind::Wall:
      return moment_text(frame.wall == no_time ? utc_now() : frame.wall);
    case Kind::Capture:
      return frame.capture == no_time ? std::string() : time_text(static_cast<double>(frame.capture) / 1e9, 3);
    case Kind::Name:
      return name;
    case Kind::Width:
      return std::to_string(track.width);
    case Kind::Height:
      return std::to_string(track.height);
    case Kind::Level: {
      std::array<char, 32> text{};
      if (level) std::snprintf(text.data(), text.size(), "%.1f dB", *level);
      return text.data();
    }
    case Kind::Meta:
      break;
  }
  const std::string own = member_text(frame.metadata, part.text);
  return own.empty() ? member_text(track.rest, "meta." + part.text) : own;
}

std::string Fields::at(const Moment& moment, const std::string& name) const {
  std::string text;
  for (const Part& part : parts_) text += value(part, moment, name);
  return text;
}

}  // namespace sl::drawing
