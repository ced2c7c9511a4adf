// Parts of one stream that run into each other: the last pictures and sound of a part are put together with the first
// ones of the next.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/base/rational.h"
#include "libcore/frames/stream_window.h"
#include "libcore/pixels/transition.h"
#include "libcore/wire/writer.h"

namespace sl {

class PartJoiner {
 public:
  struct Rules {
    Rational time_base;        // of all frames
    std::int64_t overlap = 0;  // ticks
    Transition transition = Transition::Fade;
    Rational rate{25, 1};  // of pictures between two stills
  };
  // The writer outlives it.
  PartJoiner(Writer& out, const Rules& rules) : out_(out), frames_(out), rules_(rules) {}

  // Write the header: a track, and an attachment of it.
  void announce(std::uint16_t number, const Track& track);
  void attach(std::uint16_t number, const Attachment& attachment) { frames_.track(number).attach(attachment); }

  // Begin a part; `title` is for messages. `end_before` is the end of the part before, in ticks; none for the first.
  // `silent` are outgoing tracks that the part lacks: those of sound get silence along with its pictures.
  void begin(std::string title, std::optional<std::int64_t> end_before, std::set<std::uint16_t> silent);
  // Make a complete frame of a part one of the outgoing track `as`, with the times of `sent`. `shift`, in ns, is what
  // its times were moved by: sound keeps its place to the sample, however its time was rounded.
  void place(HeldFrame& frame, std::uint16_t as, const Frame& sent, std::int64_t shift);
  // Take a placed frame. Throw Data for a part shorter than the overlap, Limit if what waits needs more than
  // --max-memory.
  void add(HeldFrame frame);
  // Take an event or an unknown record, to be sent after the last frame of its track. The times in it are the output's.
  void add_record(const wire::Header& record, std::span<const std::byte> body);
  void end();
  // Send everything, after the last part.
  void finish();

 private:
  struct Placed {
    HeldFrame held;
    std::size_t part = 0;
    bool is_mixed = false;
  };
  using Frames = std::deque<Placed>;
  struct Outgoing {
    Track track;
    std::shared_ptr<const FrameContext> came, goes;  // of the last frame: as it came, and with this track
    std::uint64_t silences = 0;                      // frames
  };
  struct Sent {
    std::size_t part = 0;
    std::uint64_t original = 0, number = 0;
  };

  void take(HeldFrame frame);
  void add_silence(std::int64_t from, std::int64_t to);
  [[nodiscard]] bool is_head_complete() const;
  void merge();
  void merge_pictures(Frames& before, Frames& after, Frames& merged) const;
  void merge_sound(Frames& before, Frames& after, Frames& merged) const;
  [[nodiscard]] std::vector<std::int64_t> times_of(const Frames& before, const Frames& after) const;
  [[nodiscard]] Placed mix(Placed& from, Placed& to, bool from_leads, std::int64_t at, std::int64_t until) const;
  void set_times(HeldFrame& frame, std::int64_t start, std::int64_t end) const;
  void send_ready(bool all);
  void send(Placed placed);

  Writer& out_;
  HeldFrameWriter frames_;
  const Rules rules_;
  std::map<std::uint16_t, Outgoing> tracks_;
  std::set<std::uint16_t> silent_;  // of this part
  std::string title_, title_before_;
  std::size_t parts_ = 0;
  Frames tail_, pending_;  // of the part before, while the start of this part comes; of this part
  std::int64_t overlap_from_ = 0, overlap_to_ = 0;  // ns; of this part with the one before
  std::optional<std::int64_t> start_, end_;         // of this part so far, ns
  std::int64_t last_start_ = 0;                     // of a frame of this part, ns
  std::map<std::uint16_t, std::int64_t> ends_;      // of its tracks
  std::map<std::uint16_t, Sent> sent_;              // the last frame of a track
  std::uint64_t waiting_ = 0;                       // bytes
};

}  // namespace sl
