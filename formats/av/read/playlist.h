// An HLS or DASH playlist as FFmpeg's HLS demuxer reads it, and what that demuxer opens through it.
//
// FFmpeg's own seeking in playlists arrives after the key frame in question, and in fragments of MP4 it fails. To seek,
// give FFmpeg another playlist instead, which begins at the segment in question: `start_at`, then open it again.

#pragma once

#include <optional>
#include <string>

#include "formats/av/av_log.h"
#include "formats/av/av_media.h"
#include "formats/av/read/references.h"

namespace sl::av {

class Playlist {
 public:
  struct Settings {
    bool salvage = false;       // skip and count missing segments; for live playlists this is always so
    bool all_variants = false;  // of a master playlist; else the best one
    bool by_periods = false;    // one after another, each opened by itself; else all at once, as FFmpeg joins them
  };
  // Read the playlist in `source`, which must outlive this. Throw Limit if it is too long, Data if it is damaged,
  // NotPermitted if its references may not be opened.
  Playlist(Source& source, References& references, Settings settings);
  Playlist(const Playlist&) = delete;
  Playlist& operator=(const Playlist&) = delete;

  // The text for FFmpeg. The object stays the same when its content changes.
  [[nodiscard]] Source& text() { return *source_of_text_; }
  // The URL or path that references are relative to.
  [[nodiscard]] const std::string& url() const { return references_.base(); }
  [[nodiscard]] bool is_dash() const { return is_dash_; }
  [[nodiscard]] bool is_live() const { return is_live_; }
  // Segments skipped because they are missing.
  [[nodiscard]] std::uint64_t missing() const { return missing_; }
  // Whether it is live, and FFmpeg's end is not one that the server announced.
  [[nodiscard]] bool stops_early() const { return is_live_ && !references_.have_ended(); }

  // Add the options that FFmpeg's demuxer needs.
  static void add_options(AVDictionary*& options);
  // Learn from the first opening whether the playlist is live and when it starts.
  void opened(const AVFormatContext& context);
  // The seconds from the playlist's start to `ts`, at least 0.
  [[nodiscard]] double offset_of(std::int64_t ts, AVRational base) const;
  // Go to the next period, for another Playlist of the same source. False after the last one.
  bool next_period() { return references_.next_period(); }
  // Change the text to begin at the segment that is `seconds` after the start.
  void start_at(double seconds);

  // Open what FFmpeg asks for: 0, or an error of FFmpeg. A failure is kept in the references.
  int open_reference(const char* url, const AVDictionary* options, AVIOContext*& io);
  void close_reference(AVIOContext* io) { references_.close(io); }
  // Throw Data if segments are missing that may not be.
  void check();

 private:
  [[nodiscard]] std::string first_reference();
  [[nodiscard]] bool may_skip() const { return settings_.salvage || is_live_ || references_.any_continues(); }

  Source& source_;
  References& references_;
  Settings settings_;
  bool is_dash_, is_live_ = false;
  std::string whole_, shown_;  // all of the text, of its best variant; and the part for FFmpeg
  std::optional<Source> source_of_text_;
  double first_seconds_ = 0;              // the time at its start
  std::uint64_t missing_ = 0, gaps_ = 0;  // gaps_: those that the playlist states
  std::uint64_t skipped_before_ = ffmpeg_log().skipped_segments();
};

}  // namespace sl::av
