// The last stage of a pipe that is watched from elsewhere: tracks in, a folder of HLS out.
//
// What comes is cut into periods: as long as tracks stay what they are and their time goes on, there is one set of
// encoders and segmenters. Where it does not, they are drained and made anew, and what follows stands behind an
// EXT-X-DISCONTINUITY. So a jump of a camera's clock, another film on the same pipe, and a run that was killed are one
// thing.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/av/encode/encoder_options.h"
#include "formats/av/encode/track_routes.h"
#include "formats/av/hls/hls_master.h"
#include "formats/av/hls/hls_segmenter.h"
#include "formats/commands/hls.h"
#include "formats/hls/folder.h"
#include "formats/hls/rendition.h"

namespace sl::av {

// One for each rung of the ladder.
using HlsEncoders = std::vector<std::unique_ptr<EncoderOptions>>;
// Throws Usage where one was asked for that HLS has no place for.
void check_codecs(const EncoderOptions& options);

class HlsSink {
 public:
  // All outlive it.
  HlsSink(const HlsCommand& command, const HlsEncoders& encoders, hls::Folder& folder);
  ~HlsSink();

  void run(Reader& in);
  // After run(): how long players may still want what the folder has; nothing: for ever.
  [[nodiscard]] std::optional<std::chrono::seconds> time_to_watch() const;
  // It failed. Of a film on demand nothing stays; of everything else what came, and a later run goes on.
  std::string give_up();

 private:
  // Of a route, in this period.
  struct Progress {
    bool seen = false;   // a frame came
    bool gap = false;    // an EVENT reported one before the next frame
    bool skips = false;  // the current frame
  };
  void begin_frame(Reader& in, std::uint16_t number);
  [[nodiscard]] bool breaks_off(const Reader& in, std::uint16_t number) const;
  void open(Reader& in, std::uint16_t first);
  void choose_kind(const Reader& in);
  void choose_target(const Reader& in);
  void add_pictures(const Reader& in, std::uint16_t number, std::uint16_t first);
  void add_sound(const Reader& in, std::uint16_t number, bool muxed);
  HlsSegmenter& add_output(const std::string& name, const Track& track);
  void choose_shift(const Frame& first);
  [[nodiscard]] FilmSettings settings_for(const EncoderOptions& options) const;
  void close_period();
  void note_wall(const Track& track, const Frame& frame);
  void take_samples(Reader& in, const wire::Header& record);
  void take_event(Reader& in, const wire::Header& record);
  void finish();

  const HlsCommand& command_;
  const HlsEncoders& encoders_;
  hls::Folder& folder_;
  hls::Rules rules_;
  hls::WallClock clock_;
  std::map<std::string, std::unique_ptr<hls::Rendition>> renditions_;
  HlsMaster master_;
  HlsOutputs outputs_;  // of this period
  TrackRoutes routes_;  // of this period; one FilmTrack for each rung
  std::map<std::uint16_t, Progress> progress_;
  bool begun_ = false, open_ = false, stream_begun_ = false;
  std::int64_t segment_ns_ = 0;          // from one segment to the next
  std::int64_t origin_ = 0, shift_ = 0;  // of the period, in nanoseconds
  std::int64_t end_ = 0;                 // of those before, shifted
  std::int64_t gap_end_ = no_time;       // when pictures go on, where an EVENT told of it
  std::int64_t drop_before_ = no_time;   // what belongs before a discontinuity, and comes behind it
  std::int64_t stream_shift_ = 0;        // of a later stream that goes on with the same encoders
};

}  // namespace sl::av
