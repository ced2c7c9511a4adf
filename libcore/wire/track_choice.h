// A choice of tracks as users write it: "2", "audio", "audio:de", "audio:2", "all", and lists of these.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/wire/reader.h"

namespace sl {

enum class Kind : std::uint8_t;

class TrackChoice {
 public:
  // Parse terms separated by "," or "+": a track's number; a kind (video, audio, data), alone or with ":" and a
  // language or a number that counts tracks of this kind from 1; or "all". Throw Error(Usage), naming `option`.
  TrackChoice(std::string_view option, std::string_view text);
  // All tracks.
  TrackChoice() : TrackChoice("TRACKS", "all") {}
  // Return whether the text is a choice.
  [[nodiscard]] static bool reads_as_choice(std::string_view text);

  // Return the matching tracks of the current stream, each once, in the order of the terms. Throw Error(Usage), listing
  // the tracks, for a term that matches none.
  [[nodiscard]] std::vector<std::uint16_t> pick(const Reader& in) const;
  // Return whether any term matches a track.
  [[nodiscard]] bool includes(const Reader& in, std::uint16_t number) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Term {
    std::string text;
    std::optional<Kind> kind;
    std::uint16_t number = 0;  // of the track, or within its kind
    std::string language;
  };
  static std::optional<Term> parse(std::string_view text);
  static bool matches(const Term& term, const Reader& in, std::uint16_t number);

  std::string option_, text_;
  std::vector<Term> terms_;
};

// A value of options.
inline void parse_value(std::string_view option, std::string_view text, TrackChoice& choice) {
  choice = TrackChoice(option, text);
}
inline std::string value_text(const TrackChoice& choice) { return choice.text(); }

}  // namespace sl
