// Files of subtitles, line by line.

#include <glib.h>

#include <array>
#include <cctype>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"
#include "subtitle_text.h"

namespace sl::subtitles {

namespace {

// "01:02:03,456", "02:03.456", in ms.
std::optional<std::int64_t> time_of(std::string_view text) {
  std::int64_t total = 0;
  int parts = 0;
  for (auto colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':'), ++parts) {
    const auto part = to_number<std::int64_t>(text.substr(0, colon));
    if (!part || *part < 0 || *part > 100'000) return std::nullopt;
    total = total * 60 + *part;
    text.remove_prefix(colon + 1);
  }
  const auto point = text.find_first_of(",.");
  const auto seconds = to_number<std::int64_t>(text.substr(0, point));
  if (parts < 1 || parts > 2 || !seconds || *seconds < 0 || *seconds > 60) return std::nullopt;
  std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
  fraction.resize(3, '0');
  const auto ms = to_number<std::int64_t>(fraction);
  if (!ms || *ms < 0) return std::nullopt;
  return (total * 60 + *seconds) * 1000 + *ms;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

// The settings behind a time in WebVTT, as a code of ASS: which of nine places.
std::string place_of(std::string_view settings) {
  const auto has = [&](std::string_view word) { return settings.find(word) != std::string_view::npos; };
  const int column = has("align:start") || has("align:left") ? 1 : has("align:end") || has("align:right") ? 3 : 2;
  int row = 0;
  if (const auto line = settings.find("line:"); line != std::string_view::npos) {
    const std::string_view value = settings.substr(line + 5, settings.find_first_of(" ,%", line) - line - 5);
    const auto number = to_number<double>(value);
    const bool is_share = settings.substr(line).find('%') < settings.substr(line).find(' ');
    if (number && *number >= 0 && *number < (is_share ? 35 : 5)) row = 6;
  }
  return column + row == 2 ? std::string() : "{\\an" + std::to_string(column + row) + "}";
}

std::string from_utf16(const std::string& name, const std::string& text) {
  const bool big = text.starts_with("\xfe\xff");
  std::u16string units;
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    const auto first = static_cast<unsigned char>(text[i]), second = static_cast<unsigned char>(text[i + 1]);
    units += static_cast<char16_t>(big ? first << 8 | second : second << 8 | first);
  }
  char* const out = g_utf16_to_utf8(reinterpret_cast<const gunichar2*>(units.data()), static_cast<glong>(units.size()),
                                    nullptr, nullptr, nullptr);
  if (out == nullptr) throw Error(Status::Data, name + ": broken UTF-16");
  std::string result = out;
  g_free(out);
  return result;
}

// Windows-1252 is Latin-1 with letters and signs from 0x80 to 0x9f.
std::string from_windows(const std::string& text) {
  constexpr std::array<gunichar, 32> signs{0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                           0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
                                           0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                           0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    std::array<char, 6> bytes{};
    const gunichar letter = code >= 0x80 && code < 0xa0 ? signs.at(code - 0x80) : code;
    out.append(bytes.data(), static_cast<std::size_t>(g_unichar_to_utf8(letter, bytes.data())));
  }
  return out;
}

// Text of UTF-8, from the encodings that such files have.
std::string in_utf8(const std::string& name, std::string text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) text = from_utf16(name, text);
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  if (text.find('\0') != std::string::npos) throw Error(Status::Data, name + ": no text: it has zero bytes");
  if (g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) == FALSE) {
    warn(name + ": no UTF-8: it is taken for Windows-1252, which has Latin-1");
    text = from_windows(text);
  }
  return text;
}

// Events of SubRip or WebVTT: a line of times, and lines of text up to an empty one.
std::vector<Event> read_events(const std::string& name, std::string_view text, Markup markup) {
  std::vector<Event> events;
  std::size_t line_number = 0;
  const auto next_line = [&]() -> std::optional<std::string_view> {
    if (text.empty()) return std::nullopt;
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_number;
    return line;
  };
  while (const auto line = next_line()) {
    const auto arrow = line->find("-->");
    if (arrow == std::string_view::npos) continue;
    const std::string_view behind = trimmed(line->substr(arrow + 3));
    const std::string_view last = behind.substr(0, behind.find_first_of(" \t"));
    const auto start = time_of(trimmed(line->substr(0, arrow))), end = time_of(last);
    if (!start || !end)
      throw Error(Status::Data, name + ": line " + std::to_string(line_number) + ": \"" + printable(*line, 60) +
                                    "\" is not TIME --> TIME");
    std::string body;
    for (auto more = next_line(); more && !trimmed(*more).empty(); more = next_line())
      body += (body.empty() ? "" : "\n") + std::string(*more);
    const std::string place = markup == Markup::WebVtt ? place_of(behind.substr(last.size())) : std::string();
    if (*end > *start) events.push_back({*start, *end, place + ass_text(body, markup)});
  }
  return events;
}

}  // namespace

SubtitleFile read_subtitles(const std::string& name, std::string text) {
  text = in_utf8(name, std::move(text));
  const std::string_view start = trimmed(text);
  if (start.starts_with("[Script Info]") || start.starts_with("[V4") || text.find("\n[Events]") != std::string::npos)
    return {text, {}};
  SubtitleFile file;
  file.events = read_events(name, text, start.starts_with("WEBVTT") ? Markup::WebVtt : Markup::SubRip);
  if (file.events.empty() && !start.starts_with("WEBVTT"))
    throw Error(Status::Data, name + ": no ASS, SubRip or WebVTT: no line is TIME --> TIME");
  return file;
}

}  // namespace sl::subtitles
