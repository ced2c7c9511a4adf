// What waits between a writer that cannot wait and a reader that is slow, and which frames of it are dropped. Nothing
// here reads, writes or locks: content is carried and not looked at.
//
// The rules, for each track of pictures or sound; records that are no frames, and frames of data, are never dropped.
//   Latest    a raw picture replaces the one that waits. Sound and packets wait as long as `length` and `bytes` say.
//   Every     when there is too much, the raw picture goes whose neighbours are nearest to one another in time (of
//             equals the oldest): what is left lies evenly over the time.
//   Lossless  nothing is dropped: full() tells that no more should be put in.
// Of sound the oldest piece goes. Packets that are not key frames need those before them, so they go in groups: Every
// drops from the oldest packet up to the next key frame, Latest up to the newest one; where none has come yet, all that
// come until then, and with it those that are shown before it, as they need what is gone.
// The newest frame of a track that waits is kept, so that something always waits.

#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>

#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {

// What the rules look at.
struct FrameFacts {
  std::uint16_t track = 0;
  Kind kind = Kind::Video;
  bool packets = false;
  bool key = true;  // of packets: needs none before it
  std::uint64_t number = 0;
  std::int64_t pts = no_time, pts_end = no_time;  // in the track's time base
  std::int64_t time = no_time;                    // when its turn is (dts, else pts), ns
  std::int64_t shown = no_time;                   // pts, ns
  std::int64_t length = 0;                        // ns
};

class FrameQueue {
 public:
  enum class Policy { Latest, Every, Lossless };
  struct Room {
    std::uint64_t bytes = ~std::uint64_t{0};
    std::optional<std::int64_t> length;  // ns, of the frames of a track that wait, together
  };
  struct Content {
    virtual ~Content() = default;
  };
  enum class What { Frame, Record, Hole };
  struct Entry {
    What what = What::Record;
    FrameFacts facts;  // of a hole, those of the first frame that is missing
    bool complete = true;
    std::uint64_t bytes = 0;
    std::unique_ptr<Content> content;
    // Holes: the last number, the end of the last one, and how many.
    std::uint64_t last_number = 0, count = 0;
    std::uint32_t stream = 0;
  };
  using Place = std::list<Entry>::iterator;

  FrameQueue(Policy policy, Room room) : policy_(policy), room_(room) {}

  // What comes after it belongs to another stream: tracks have the same numbers and are others.
  void new_stream();
  void add_record(std::uint16_t track, std::uint64_t bytes, std::unique_ptr<Content> content);
  // A frame whose pieces are still to come; the place is valid until it is taken, completed or dropped.
  Place open_frame(const FrameFacts& facts, std::unique_ptr<Content> content);
  void grow(Place frame, std::uint64_t bytes);
  // All of it is there: the rules are applied, to this very frame as well.
  void complete_frame(Place frame);
  // It will not come whole: nothing is told of it, or what there is of it goes on.
  void remove(Place frame);
  void seal(Place frame);
  // Drops every frame that waits but those of data.
  void drop_all();

  // The next thing to send; nothing where nothing waits, or the first of all is not complete.
  std::optional<Entry> take();
  [[nodiscard]] bool can_take() const { return !entries_.empty() && entries_.front().complete; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  // More than there is room for, `more` bytes apart.
  [[nodiscard]] bool full(std::uint64_t more = 0) const;
  void set_room(std::uint64_t bytes) { room_.bytes = bytes; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Lane {                        // a track of a stream
    bool broken = false;               // packets up to the next key frame are missing
    std::int64_t shown = no_time;      // behind a hole in packets: what is shown before this needs what is gone
    std::optional<std::int64_t> time;  // of the newest frame
    std::int64_t end = 0;              // of that
    std::size_t waiting = 0;           // complete frames
    std::uint64_t bytes = 0;           // of them
    std::int64_t length = 0;           // of them
  };

  Lane& lane(const Entry& entry) { return lanes_[entry.facts.track]; }
  [[nodiscard]] bool is_of(const Entry& entry, std::uint16_t track) const;
  [[nodiscard]] bool waits(const Entry& entry, std::uint16_t track) const;
  Place first_waiting(std::uint16_t track);
  static bool is_orphan(const FrameFacts& facts, Lane& lane);
  [[nodiscard]] bool too_long(std::uint16_t track) const;
  bool make_room(std::uint16_t track);
  bool drop_group(std::uint16_t track);
  Place crowded(std::uint16_t track);
  void trim(std::uint16_t track);
  Place drop(Place frame);
  void forget(const Entry& entry);

  Policy policy_;
  Room room_;
  std::list<Entry> entries_;
  std::map<std::uint16_t, Lane> lanes_;         // of the stream that comes
  std::map<std::uint16_t, std::int64_t> sent_;  // when the last frame that was taken had its turn
  std::uint32_t stream_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace sl
