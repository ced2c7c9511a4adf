// The stage of all filter commands: each chosen track through a graph, everything else unchanged.

#pragma once

#include <map>
#include <memory>

#include "formats/film/filter_job.h"
#include "libcore/media/kind.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl::av {

class FilteredTrack;

class FilterStage {
 public:
  explicit FilterStage(const FilterJob& job);
  ~FilterStage();
  // Throw Usage on a faulty graph before reading any input.
  void run(Reader& in, Writer& out);

 private:
  [[nodiscard]] bool takes(const Reader& in, std::uint16_t number) const;
  void track(Reader& in, Writer& out, const wire::Header& record);
  bool record(Reader& in, Writer& out, const wire::Header& record);
  void end(const Reader& in);

  const FilterJob& job_;
  Kind kind_ = Kind::Video;
  std::map<std::uint16_t, std::unique_ptr<FilteredTrack>> tracks_;
};

}  // namespace sl::av
