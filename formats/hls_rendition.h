// One rendition in its folder: segments and parts as they are written, the playlist that lists them, the window that
// moves on. Bytes come from whoever makes them; nothing here knows what is in them.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/hls_folder.h"
#include "formats/hls_playlist.h"

namespace sl::hls {

// What all renditions of a run share.
struct Rules {
  Kind kind = Kind::Vod;
  std::size_t window = 6;           // segments, of Kind::Window
  std::int64_t target = 2;          // seconds; grows where a segment is longer
  bool parts = false;               // low latency
  std::int64_t part_hold_back = 0;  // three times the longest part target of all renditions, microseconds
  bool transport_stream = false;    // segments initialize the decoder themselves
  bool independent = true;
  bool stays_open = false;          // no end is told
  std::uint64_t discontinuity = 0;  // the number of the period that is written
};

class Rendition {
 public:
  // Goes on where an earlier run of the same kind was killed. `folder` and `rules` outlive it.
  Rendition(Folder& folder, std::string name, Rules& rules);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string uri() const { return name_ + ".m3u8"; }
  [[nodiscard]] bool listed() const { return listed_; }  // its playlist is in the folder
  [[nodiscard]] bool in_segment() const { return open_; }

  // What initializes the decoder from the next segment on.
  void set_map(std::span<const std::byte> bytes);
  void begin(std::int64_t wall);
  void write(std::span<const std::byte> bytes);
  // How long a part is at most; before the first segment.
  void set_part_target(std::int64_t microseconds);
  // What was written since the last part is one. Only where there are parts.
  void end_part(std::int64_t duration, bool independent);
  void end(std::int64_t duration);
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
  std::int64_t part_target_ = 0;
  bool listed_ = false, open_ = false, lost_ = false, part_lost_ = false;
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
