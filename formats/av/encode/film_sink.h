// The last stage of a pipe of film and sound: tracks in, one file out, or a numbered one for each stream.

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

  // Write all of the input.
  void run(Reader& in);
  // Write complete packets before waiting for input.
  void flush();
  // After a failure, delete the file, or keep the received part of a recording. Return a note for the message.
  std::string give_up();

 private:
  void begin_frame(Reader& in, std::uint16_t number);
  void open(Reader& in, std::uint16_t first);
  void move_start(const Reader& in, std::uint16_t first);
  std::unique_ptr<FilmTrack> make_track(const Reader& in, std::uint16_t number, const Frame* first);
  void report_lost(const Reader& in, std::uint16_t number, LostFacts& lost) const;
  void end_stream();
  void finish();

  FilmSettings settings_;
  Output& output_;
  Target* target_ = nullptr;  // of numbered files, from the first frame of a stream on
  std::optional<Muxer> muxer_;
  TrackRoutes routes_;
  bool stream_begun_ = false, live_ = false;
};

}  // namespace sl::av
