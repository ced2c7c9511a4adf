// Texts of subtitles in the words of ASS, which libass draws.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sl::subtitles {

enum class Markup : std::uint8_t { SubRip, WebVtt };

// Return a text of SubRip or WebVTT as a text of ASS: bold, italic, underlined and colored parts, lines; other tags
// are left out. The codes of ASS that SubRip's users write ({\an8}) stay.
[[nodiscard]] std::string ass_text(std::string_view text, Markup markup);

struct Event {
  std::int64_t start = 0, end = 0;  // ms
  std::string text;                 // of ASS
};

// What a file of subtitles holds: a script of ASS as it is, or events.
struct SubtitleFile {
  std::string script;  // of ASS; empty: the events hold
  std::vector<Event> events;
};
// Read ASS, SSA, SubRip or WebVTT, in UTF-8, UTF-16 with its mark or, with a warning,
// Windows-1252. Throw Data, naming
// `name` and the line.
[[nodiscard]] SubtitleFile read_subtitles(const std::string& name, std::string text);

}  // namespace sl::subtitles
