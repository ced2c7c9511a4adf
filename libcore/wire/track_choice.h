// Which tracks are meant, as people say it: "2", "audio", "audio:de", "audio:2", "all", and lists of those.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/wire/reader.h"

namespace sl {

class TrackChoice {
 public:
  // Terms with "," or "+" between them: a number; a kind (video, audio, data), alone or with ":" and a language or a
  // number that counts the tracks of this kind from 1; or "all". Throws Error(Usage), naming `option`.
  TrackChoice(std::string_view option, std::string_view text);
  // Whether a text reads as a choice.
  [[nodiscard]] static bool reads_as_choice(std::string_view text);

  // The tracks of the stream that `in` is in, in the order of the terms, and each once. Throws Error(Usage) for a term
  // that is true of none, saying which tracks there are.
  [[nodiscard]] std::vector<std::uint16_t> pick(const Reader& in) const;
  // Whether any term is true of a track.
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
  static bool is_true_of(const Term& term, const Reader& in, std::uint16_t number);

  std::string option_, text_;
  std::vector<Term> terms_;
};

}  // namespace sl
