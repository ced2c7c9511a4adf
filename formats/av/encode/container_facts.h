// What containers and codecs hold of the facts of a film and its tracks; and reports of what they do not.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/av/av_media.h"
#include "libcore/media/track.h"

namespace sl::av {

// What a container or a codec may hold, as bits.
namespace fact {
inline constexpr unsigned track_tags = 1, languages = 2, flags = 4 /* forced, hearing impaired, … */, chapters = 8,
                          aspect = 16, fields = 32, colours = 64, light = 128, orientation = 256,
                          durations = 1024 /* of the last picture */;
}

struct ContainerFacts {
  std::string_view muxer;  // FFmpeg's name
  enum class Tags : std::uint8_t { None, Listed, All };
  Tags tags = Tags::None;
  std::span<const std::string_view> listed{};  // the tags that it has a place for
  enum class Titles : std::uint8_t { None, Title, Handler };
  Titles titles = Titles::None;  // of tracks: in their own place, or as the name of their handler
  enum class Covers : std::uint8_t { None, Packets, Files, Comments };
  Covers covers = Covers::None;  // as pictures of a stream, attached files, or comments of Vorbis
  unsigned facts = 0;

  [[nodiscard]] bool holds(unsigned some) const { return (facts & some) == some; }
};

// Return the facts of a container; those of one that holds nothing if it is not in the table.
[[nodiscard]] const ContainerFacts& container_facts(std::string_view muxer);
// Return whether it has a place for this tag of the film.
[[nodiscard]] bool holds_tag(const ContainerFacts& container, std::string_view key);

// Return the language in the container's code; "" if it has none for it.
[[nodiscard]] std::string language_in(const ContainerFacts& container, const std::string& language);

// Facts that a file does not hold, each reported once: "out.ts: left out: the chapters (.ts has no place for it)".
class LostFacts {
 public:
  LostFacts(std::string name, std::string_view extension) : name_(std::move(name)), extension_(extension) {}
  void report(const std::string& what);

 private:
  std::string name_, extension_;
  std::vector<std::string> reported_;
};

// How the encoder treats a track, as far as that decides what is lost.
struct TrackLoss {
  bool upright = false;   // its pictures are turned upright
  bool own_title = true;  // its title is not the film's
  bool alpha = false;     // the container holds a second stream of alpha
};
// Report the facts of a track that neither the container nor the codec of its packets holds.
void report_lost_facts(const ContainerFacts& container, AVCodecID codec, const Track& track, std::uint16_t number,
                       const TrackLoss& choices, LostFacts& lost);

}  // namespace sl::av
