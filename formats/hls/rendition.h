// One rendition in its folder: segments and parts, the playlist that lists them, the moving window. The bytes are
// opaque here.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/hls/folder.h"
#include "formats/hls/playlist.h"

namespace sl::hls {

// Settings that all renditions of a run share. Times are microseconds unless noted.
struct Rules {
  Kind kind = Kind::Vod;
  std::size_t window = 6;  // segments, of Kind::Window
  // Seconds. A longer segment of a film on demand raises it; in other playlists it is constant. 0: unknown; no playlist
  // is written until it is known.
  std::int64_t target = 2;
  std::int64_t segment = 2000000;                     // from one segment to the next, as requested
  std::int64_t part = 0;                              // the longest part, as requested; 0: no parts
  std::int64_t part_target = 0;                       // as in the playlists; 0: unknown
  std::size_t unknown_lengths = 0;                    // renditions whose frames' length is unknown
  std::int64_t picture_length = 0, sound_length = 0;  // of the longest frames
  bool transport_stream = false;                      // segments initialize the decoder themselves
  bool independent = true;
  bool stays_open = false;          // write no EXT-X-ENDLIST
  std::uint64_t discontinuity = 0;  // the number of the current period

  // Return whether a run with these rules may continue an earlier run's playlist.
  [[nodiscard]] bool can_continue(const MediaPlaylist& before) const;
  // Report how long the frames of one more rendition last (0: unknown). After the last one, choose the part target.
  void report_frame_length(std::int64_t length, bool pictures);
  void choose_part_target();
};

// Return a target duration, in seconds, for segments that end at the first possible cut `segment` after their start.
// Possible cuts are `distance` apart; 0: anywhere.
[[nodiscard]] std::int64_t target_for(std::int64_t segment, std::int64_t distance);

class Rendition {
 public:
  // Continue the playlist of an earlier run, if the rules allow it. `folder` and `rules` outlive the rendition.
  Rendition(Folder& folder, std::string name, Rules& rules);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string uri() const { return name_ + ".m3u8"; }
  [[nodiscard]] bool listed() const { return listed_; }  // its playlist is in the folder
  [[nodiscard]] bool in_segment() const { return open_; }
  // Return the longest duration, in microseconds, to wait for a key frame before cutting without one: the playlist's
  // target duration, or for a first segment the usual distance of key frames.
  [[nodiscard]] std::int64_t max_segment() const;
  [[nodiscard]] const Rules& rules() const { return rules_; }
  void report_frame_length(std::int64_t length, bool pictures) { rules_.report_frame_length(length, pictures); }
  void choose_part_target() { rules_.choose_part_target(); }

  // Set the initialization section from the next segment on.
  void set_map(std::span<const std::byte> bytes);
  void begin(std::int64_t wall);
  void write(std::span<const std::byte> bytes);
  // End a part of the bytes since the last one. Only if the rules have parts.
  void end_part(std::int64_t duration, bool independent);
  // `key_distance`: the longest distance of two key frames so far; 0: of sound, which can be cut anywhere.
  void end(std::int64_t duration, std::int64_t key_distance);
  // Give the files of a film on demand their names. Throws if that fails.
  void name_files();
  // End the playlist. Throws if it cannot be written.
  void finish();
  // Leave out the segment in progress.
  void drop_segment();
  // After a failure, delete the files that no playlist lists.
  void give_up();

  struct Rate {
    std::uint64_t peak = 0, average = 0;  // bits a second
  };
  [[nodiscard]] Rate rate() const;
  [[nodiscard]] bool has_gaps() const;

 private:
  template <class Work>
  bool attempt(const std::string& consequence, Work work);
  void deliver(Target target, const std::string& name);
  void write_map();
  void list(std::int64_t duration);
  void slide();
  void drop_old_parts();
  void drop(const Segment& segment);
  void publish();
  [[nodiscard]] std::string file(std::uint64_t number) const;
  [[nodiscard]] std::string part_file(std::size_t part) const;

  Folder& folder_;
  std::string name_;
  Rules& rules_;
  MediaPlaylist playlist_;
  bool listed_ = false, open_ = false, lost_ = false;
  bool partless_ = false;  // this segment has a frame longer than the part target
  Segment segment_;
  std::optional<Target> target_;
  std::vector<std::byte> part_;
  std::uint64_t segment_bytes_ = 0;

  std::vector<std::byte> map_;
  std::string map_name_;
  bool map_written_ = false;
  std::map<std::string, int> map_users_;
  std::vector<Segment> removed_;  // from the playlist since it was written last
  std::vector<std::string> old_files_;
  // Of a film on demand: complete files that get their names at its end, so that a killed run leaves nothing; and those
  // that have a name.
  std::vector<std::pair<std::string, Target>> held_;
  std::vector<std::string> made_;

  std::uint64_t bits_ = 0, peak_ = 0;
  std::int64_t microseconds_ = 0, total_ = 0;
};

}  // namespace sl::hls
