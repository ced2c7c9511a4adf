// The last stage of a pipe for remote viewers: tracks in, a folder of HLS out.
//
// The input is cut into periods. One set of encoders and segmenters serves a period: as long as tracks keep their
// properties and their times continue. Then they are drained and replaced, and the next period begins with an
// EXT-X-DISCONTINUITY. So a jump of a camera's clock, another film on the same pipe, and the run after a killed one are
// the same case.

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
// Return the encoders of a command line, with this codec for pictures if none is requested. Throw Usage, also for a
// codec that is impossible in HLS.
[[nodiscard]] HlsEncoders make_encoders(const HlsCommand& command, const std::string& codec);

class HlsSink {
 public:
  // All references outlive it.
  HlsSink(const HlsCommand& command, const HlsEncoders& encoders, hls::Folder& folder);
  ~HlsSink();

  void run(Reader& in);
  // After run(): return how long players may still load from the folder; nothing: for ever.
  [[nodiscard]] std::optional<std::chrono::seconds> time_to_watch() const;
  // After a failure: delete a film on demand; end the last segment of anything else, so that a later run can continue.
  // Return an addition to the error message.
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
  [[nodiscard]] const HlsEncoders& encoders_for(const Track& pictures);
  [[nodiscard]] FilmSettings settings_for(const EncoderOptions& options) const;
  void close_period();
  void note_wall(const Track& track, const Frame& frame);
  void take_samples(Reader& in, const wire::Header& record);
  void take_event(Reader& in, const wire::Header& record);
  void finish();
  void check_playable();

  const HlsCommand& command_;
  const HlsEncoders& encoders_;
  HlsEncoders hdr_encoders_;  // of the default codec for HDR
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
  std::int64_t end_ = 0;                 // of earlier periods, shifted
  std::int64_t gap_end_ = no_time;       // when pictures continue, according to an EVENT
  std::int64_t drop_before_ = no_time;   // drop frames of other tracks that are late for the last period
  std::int64_t stream_shift_ = 0;        // of a later stream in the same period
};

}  // namespace sl::av
