// One rendition in its folder: segments and parts as they are written, the playlist that lists them, the window that
// moves on. Bytes come from whoever makes them; nothing here knows what is in them.

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

// What all renditions of a run share. Times are microseconds where nothing else is said.
struct Rules {
  Kind kind = Kind::Vod;
  std::size_t window = 6;  // segments, of Kind::Window
  // Seconds. Of a film on demand it grows where a segment is longer. A playlist that goes on has told it, and it stays;
  // 0: not known, and no playlist is written before it is.
  std::int64_t target = 2;
  std::int64_t segment = 2000000;                     // from one segment to the next, as was asked for
  std::int64_t part = 0;                              // the most that a part lasts, as was asked for; 0: no parts
  std::int64_t part_target = 0;                       // as the playlists tell it; 0: not known yet
  std::size_t untold = 0;                             // renditions whose frames' length is not known yet
  std::int64_t picture_length = 0, sound_length = 0;  // of the longest frames
  bool transport_stream = false;                      // segments initialize the decoder themselves
  bool independent = true;
  bool stays_open = false;          // no end is told
  std::uint64_t discontinuity = 0;  // the number of the period that is written

  // Whether a run by these rules may go on with what an earlier one wrote.
  [[nodiscard]] bool go_on_with(const MediaPlaylist& before) const;
  // One more rendition's frames last that long (0: nobody knows); the part target follows when all are known.
  void tell_frame_length(std::int64_t length, bool pictures);
  void choose_part_target();
};

// The target duration, in seconds, that segments keep to which are cut at the first possible place `segment` after the
// one before, where such places are `distance` apart.
[[nodiscard]] std::int64_t target_for(std::int64_t segment, std::int64_t distance);

class Rendition {
 public:
  // Goes on where an earlier run of the same kind was killed. `folder` and `rules` outlive it.
  Rendition(Folder& folder, std::string name, Rules& rules);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string uri() const { return name_ + ".m3u8"; }
  [[nodiscard]] bool listed() const { return listed_; }  // its playlist is in the folder
  [[nodiscard]] bool in_segment() const { return open_; }
  // How long a segment may get that can be cut anywhere, microseconds: what its playlist has promised, and a first one
  // as long as key frames are waited for.
  [[nodiscard]] std::int64_t max_segment() const;
  [[nodiscard]] const Rules& rules() const { return rules_; }
  void tell_frame_length(std::int64_t length, bool pictures) { rules_.tell_frame_length(length, pictures); }
  void choose_part_target() { rules_.choose_part_target(); }

  // What initializes the decoder from the next segment on.
  void set_map(std::span<const std::byte> bytes);
  void begin(std::int64_t wall);
  void write(std::span<const std::byte> bytes);
  // What was written since the last part is one. Only where there are parts.
  void end_part(std::int64_t duration, bool independent);
  // `key_distance`: the longest way between two key frames so far; 0: of sound, which can be cut anywhere.
  void end(std::int64_t duration, std::int64_t key_distance);
  // No more segments. Throws what keeps the playlist from being written.
  void finish();
  // It failed: the files that nobody was told of go.
  void give_up();

  struct Rate {
    std::uint64_t peak = 0, average = 0;  // bits a second
  };
  [[nodiscard]] Rate rate() const;
  [[nodiscard]] bool has_gaps() const;

 private:
  template <class Work>
  bool attempt(const std::string& consequence, Work work);
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
  bool partless_ = false;  // this segment has a frame that is longer than a part may be
  Segment segment_;
  std::optional<Target> target_;
  std::vector<std::byte> part_;
  std::uint64_t segment_bytes_ = 0;

  std::vector<std::byte> map_;
  std::string map_name_;
  bool map_written_ = false;
  std::map<std::string, int> map_users_;
  std::vector<Segment> removed_;  // from the playlist, which is still to be written
  std::vector<std::string> old_files_;
  std::vector<std::string> made_;  // of a film on demand, for give_up

  std::uint64_t bits_ = 0, peak_ = 0;
  std::int64_t microseconds_ = 0, total_ = 0;
};

}  // namespace sl::hls
