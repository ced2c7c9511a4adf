// Parsing a choice of tracks, and matching it with a stream.

#include "libcore/wire/track_choice.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/media/language.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

bool is_language(std::string_view text) {
  return !text.empty() && text.size() <= 35 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Return "1 video, 2 audio deu", for messages.
std::string list_tracks(const Reader& in) {
  std::string list;
  for (const std::uint16_t number : in.tracks()) {
    const Track& track = in.track(number);
    const std::string language = rest_text(track, "language");
    list += (list.empty() ? "" : ", ") + std::to_string(number) + " " + std::string(kind_name(track.kind)) +
            (language.empty() ? "" : " " + language);
  }
  return list.empty() ? "none" : list;
}

}  // namespace

std::optional<TrackChoice::Term> TrackChoice::parse(std::string_view text) {
  Term term;
  term.text = text;
  if (text == "all") return term;
  term.number = to_number<std::uint16_t>(text).value_or(0);
  if (term.number != 0) return term;
  const std::string_view word = text.substr(0, text.find(':'));
  for (const Kind kind : {Kind::Video, Kind::Audio, Kind::Data}) {
    if (word == kind_name(kind)) term.kind = kind;
  }
  if (!term.kind) return std::nullopt;
  if (word.size() == text.size()) return term;
  const std::string_view which = text.substr(word.size() + 1);
  term.number = to_number<std::uint16_t>(which).value_or(0);
  if (term.number != 0) return term;
  if (!is_language(which)) return std::nullopt;
  term.language = which;
  return term;
}

TrackChoice::TrackChoice(std::string_view option, std::string_view text) : option_(option), text_(text) {
  std::string_view left = text;
  while (true) {
    const std::size_t end = left.find_first_of(",+");
    const auto term = parse(left.substr(0, end));
    if (!term) bad_value(option_, text, "is not a list of tracks like 2, audio, audio:de, audio:2 or all");
    terms_.push_back(*term);
    if (end == std::string_view::npos) return;
    left.remove_prefix(end + 1);
  }
}

bool TrackChoice::reads_as_choice(std::string_view text) {
  while (true) {
    const std::size_t end = text.find_first_of(",+");
    if (!parse(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool TrackChoice::matches(const Term& term, const Reader& in, std::uint16_t number) {
  if (!term.kind) return term.number == 0 || term.number == number;
  const Track& track = in.track(number);
  if (track.kind != *term.kind) return false;
  if (!term.language.empty()) {
    const std::string language = rest_text(track, "language"), tag = language_tag(term.language);
    return same_word(language, term.language) || (!tag.empty() && language_tag(language) == tag);
  }
  if (term.number == 0) return true;
  const std::vector<std::uint16_t> all = in.tracks();
  const auto place = std::ranges::count_if(
      all, [&](std::uint16_t other) { return other <= number && in.track(other).kind == track.kind; });
  return place == term.number;
}

bool TrackChoice::includes(const Reader& in, std::uint16_t number) const {
  return std::ranges::any_of(terms_, [&](const Term& term) { return matches(term, in, number); });
}

std::vector<std::uint16_t> TrackChoice::pick(const Reader& in) const {
  std::vector<std::uint16_t> picked;
  for (const Term& term : terms_) {
    bool found = false;
    for (const std::uint16_t number : in.tracks()) {
      if (!matches(term, in, number)) continue;
      found = true;
      if (std::ranges::find(picked, number) == picked.end()) picked.push_back(number);
    }
    if (!found) {
      throw Error(Status::Usage, option_ + ": " + in.name() + " has no track " + term.text +
                                     "; its tracks: " + printable(list_tracks(in), 300));
    }
  }
  return picked;
}

}  // namespace sl
