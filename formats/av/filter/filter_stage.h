// The stage that filter commands are: chosen tracks through a graph each, everything else untouched.

#pragma once

#include <map>
#include <memory>

#include "formats/av/filter/filtered_track.h"
#include "formats/commands/filter.h"

namespace sl::av {

class FilterStage {
 public:
  explicit FilterStage(const FilterJob& job) : job_(job) {}
  // Throws Usage on a graph that is none before anything is read.
  void run(Reader& in, Writer& out);

 private:
  [[nodiscard]] bool takes(const Reader& in, std::uint16_t number) const;
  void track(Reader& in, Writer& out, const wire::Header& record);
  bool record(Writer& out, const wire::Header& record);
  void end(const Reader& in);

  const FilterJob& job_;
  Kind kind_ = Kind::Video;
  std::map<std::uint16_t, std::unique_ptr<FilteredTrack>> tracks_;
};

}  // namespace sl::av
