// The last stage of a pipe of film and sound: tracks in, one file out.

#pragma once

#include <memory>
#include <optional>

#include "formats/av/encode/track_routes.h"
#include "formats/output/output.h"

namespace sl::av {

class FilmSink {
 public:
  FilmSink(const FilmSettings& settings, Output& output);
  ~FilmSink();

  // Writes everything that comes.
  void run(Reader& in);
  // The input would wait: what is complete goes out.
  void flush();
  // It failed: nothing half stays, but of a recording what came. Returns what to tell of it.
  std::string give_up();

 private:
  void begin_frame(Reader& in, std::uint16_t number);
  void open(Reader& in, std::uint16_t first);
  std::unique_ptr<FilmTrack> make_track(const Reader& in, std::uint16_t number, const Frame* first);
  void finish();

  FilmSettings settings_;
  Output& output_;
  Target& target_;
  std::optional<Muxer> muxer_;
  TrackRoutes routes_;
  bool stream_begun_ = false, live_ = false;
};

}  // namespace sl::av
