// A stretch of a stream, with the frames of all its tracks whole in memory, in the order of their FRAMEs: for stages
// that learn later what to do with them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libcore/frames/context_writer.h"
#include "libcore/frames/frame_window.h"
#include "libcore/media/frame.h"
#include "libcore/media/image.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

struct HeldFrame {
  std::uint16_t track = 0;
  Frame frame;
  std::shared_ptr<const FrameContext> context;
  Image image;                    // raw video
  std::vector<std::byte> bytes;   // anything else
  std::vector<HeldRecord> after;  // events and unknown records of the track between it and the next frame
  bool complete = false, damaged = false;
  // Of a complete frame, in ns: [start, end). A frame without a time begins at the end of the one before it, as does
  // sound whose time differs from that by no more than a tick. The end is the start if the length is unknown.
  std::int64_t start = 0, end = 0;

  [[nodiscard]] std::uint64_t size() const;  // bytes of memory
};

class StreamWindow {
 public:
  // The reader outlives it. `purpose` is for the message about --max-memory: "frames that wait for ...".
  StreamWindow(Reader& in, std::string purpose) : in_(in), purpose_(std::move(purpose)) {}

  // Return whether a record of a track has to be taken. Events and unknown records that come while no frame of their
  // track is held do not, and a stage may pass them on.
  [[nodiscard]] bool takes(const wire::Header& record) const;
  // Take a record of a track, from its first TRACK on. Return the frame that it completed, or null. Throw Limit if the
  // frames need more than --max-memory.
  HeldFrame* take(const wire::Header& record);
  // Whether a frame of the track has been opened.
  [[nodiscard]] bool has_begun(std::uint16_t track) const;

  // The oldest first; one that is not complete may be followed by complete ones of other tracks.
  [[nodiscard]] const std::deque<HeldFrame>& frames() const { return frames_; }
  [[nodiscard]] HeldFrame& front() { return frames_.front(); }
  [[nodiscard]] HeldFrame pop();
  // Drop the frames that are not complete, after the end of the stream.
  void drop_open();

  [[nodiscard]] std::int64_t start() const { return start_; }  // of the first frame, ns
  [[nodiscard]] std::int64_t end() const { return end_; }      // of the latest picture or sound so far, ns
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  // Whether a track consists of one picture so far, whose length is unknown.
  [[nodiscard]] bool is_still(std::uint16_t track) const;

 private:
  struct Side {
    std::shared_ptr<const FrameContext> context;  // null: make it again
    HeldFrame* open = nullptr;
    std::uint64_t frames = 0;  // complete
    std::int64_t last_pts = 0, step = 0, end = 0;
    std::int64_t origin = 0, samples = 0;  // of sound without a gap: its start, and its length so far
    bool knows_length = false;
  };
  HeldFrame& open(std::uint16_t number);
  void add_samples(HeldFrame& frame, const wire::Header& record);
  void hold(const wire::Header& record);
  void complete(HeldFrame& frame);
  static void place_sound(Side& side, HeldFrame& frame);
  void check_bytes(std::uint64_t more);

  Reader& in_;
  std::string purpose_;
  std::deque<HeldFrame> frames_;
  std::map<std::uint16_t, Side> sides_;
  std::uint64_t bytes_ = 0;
  std::int64_t start_ = 0, end_ = 0;
  bool has_start_ = false;
};

// Writes frames with the TRACK and attachments in which they came.
class HeldFrameWriter {
 public:
  explicit HeldFrameWriter(Writer& out) : out_(out) {}

  // The context of a track.
  [[nodiscard]] ContextWriter& track(std::uint16_t number);
  // Write a frame, as `as` says, on the track of its number, then the records after it. `is_changed` says that its
  // samples were changed: what is tied to the old ones is left out, and reported.
  void send(const HeldFrame& frame, const Frame& as, bool is_changed);

 private:
  void send_samples(const HeldFrame& frame);
  void drop_tied(std::uint16_t number, FrameContext& context);

  Writer& out_;
  std::map<std::uint16_t, ContextWriter> tracks_;
  std::set<std::string> reported_;  // attachments
};

}  // namespace sl
