// The queue between a fast writer and a slow reader, and the rules by which it drops frames. It does not read, write,
// lock or look at content.
//
// The rules hold for each track of pictures or sound. Frames of data, and records other than frames, are never dropped.
//   Latest    A raw picture replaces the one that waits. Sound and packets wait within `length` and `bytes`.
//   Every     If the queue is too full, drop the raw picture whose neighbours are nearest to each other in time (of
//             equals the oldest), so that the rest is spread evenly over time.
//   Lossless  Drop nothing: full() says when to stop adding.
// Of sound, the oldest piece is dropped. Packets other than key frames need those before them, so they are dropped in
// groups: Every drops from the oldest packet to the next key frame, Latest to the newest one. If no key frame has come
// yet, drop all packets until one comes, and then those shown before it, which need the dropped ones.
// The newest waiting frame of a track is kept, so that something always waits.

#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>

#include "libcore/base/rational.h"
#include "libcore/media/kind.h"

namespace sl {

// The properties of a frame that the rules use.
struct FrameFacts {
  std::uint16_t track = 0;
  Kind kind = Kind::Video;
  bool packets = false;
  bool key = true;  // of packets: needs no earlier one
  std::uint64_t number = 0;
  std::int64_t pts = no_time, pts_end = no_time;  // in the track's time base
  std::int64_t time = no_time;                    // its turn (dts, else pts), ns
  std::int64_t shown = no_time;                   // pts, ns
  std::int64_t length = 0;                        // ns
};

class FrameQueue {
 public:
  enum class Policy { Latest, Every, Lossless };
  struct Room {
    std::uint64_t bytes = ~std::uint64_t{0};
    std::optional<std::int64_t> length;  // ns, total of a track's waiting frames
  };
  struct Content {
    virtual ~Content() = default;
  };
  enum class What { Frame, Record, Hole };
  struct Entry {
    What what = What::Record;
    FrameFacts facts;  // of a hole: of its first missing frame
    bool complete = true;
    std::uint64_t bytes = 0;
    std::unique_ptr<Content> content;
    // Of a hole: the last missing frame's number, and how many are missing.
    std::uint64_t last_number = 0, count = 0;
    std::uint32_t stream = 0;
  };
  using Place = std::list<Entry>::iterator;

  FrameQueue(Policy policy, Room room) : policy_(policy), room_(room) {}

  // Begin another stream: equal track numbers are other tracks from here on.
  void new_stream();
  void add_record(std::uint16_t track, std::uint64_t bytes, std::unique_ptr<Content> content);
  // Add a frame whose pieces are still to come. The place is valid until the frame is taken, completed or dropped.
  Place open_frame(const FrameFacts& facts, std::unique_ptr<Content> content);
  void grow(Place frame, std::uint64_t bytes);
  // Mark the frame as complete and apply the rules, to this frame too.
  void complete_frame(Place frame);
  // The frame will stay incomplete: `remove` drops it silently, `seal` sends the pieces that have arrived.
  void remove(Place frame);
  void seal(Place frame);
  // Drop all waiting frames except frames of data.
  void drop_all();

  // Return the next entry to send, or nothing if the queue is empty or its first frame is incomplete.
  std::optional<Entry> take();
  [[nodiscard]] bool can_take() const { return !entries_.empty() && entries_.front().complete; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  // Return whether the queue is over its room by more than `more` bytes.
  [[nodiscard]] bool full(std::uint64_t more = 0) const;
  void set_room(std::uint64_t bytes) { room_.bytes = bytes; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Lane {                        // one track
    bool broken = false;               // packets up to the next key frame are missing
    std::int64_t shown = no_time;      // after dropped packets: packets shown before this need them
    std::optional<std::int64_t> time;  // of the newest frame
    std::int64_t end = 0;              // of the newest frame
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
  std::map<std::uint16_t, Lane> lanes_;         // of the current stream
  std::map<std::uint16_t, std::int64_t> sent_;  // times of the last frames taken
  std::uint32_t stream_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace sl
