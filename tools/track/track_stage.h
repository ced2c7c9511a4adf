// Tracks picked, dropped, put in another order, and labelled.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/json_fwd.h"
#include "libcore/media/track.h"
#include "libcore/wire/stream_header.h"
#include "libcore/wire/track_choice.h"

namespace sl::track {

// "audio:de=Director's comments": which tracks get which value.
struct Label {
  TrackChoice tracks;
  std::string value;
};
// Throw Usage for a text that is not TRACK=VALUE.
[[nodiscard]] std::vector<Label> parse_labels(const std::string& option, const std::vector<std::string>& texts);

class TrackStage {
 public:
  std::optional<TrackChoice> keep, drop, preferred;
  std::vector<Label> languages, titles;

  void run(Reader& in, Writer& out);

 private:
  void announce(const Reader& in, Writer& out, const StreamHeader& header);
  void pass(Reader& in, const wire::Header& record, Writer& out);
  void add(std::uint16_t number);
  [[nodiscard]] Track described(const Reader& in, std::uint16_t number) const;
  void prefer(const Reader& in, std::uint16_t number, Json& rest) const;

  std::map<std::uint16_t, std::uint16_t> numbers_;  // of the input's tracks: the output's
};

}  // namespace sl::track
