// A track whose frames may be left out, kept in memory, sent later, again, or in another order.
//
// A frame keeps its context (TRACK, attachments): before it is sent, the context in which it came is written to the
// outgoing track. Events and unknown records keep their place after a frame that is kept.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libcore/frames/context_writer.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// A whole frame in memory: samples in the order of planes, or the bytes of anything but raw video.
struct KeptFrame {
  Frame frame;
  std::shared_ptr<const FrameContext> context;  // its track is the one that goes out
  std::vector<std::byte> samples;
  bool damaged = false;  // some of its pieces are

  [[nodiscard]] std::size_t bytes() const { return sizeof(KeptFrame) + frame.metadata.size() + samples.size(); }
};

class HeldTrack {
 public:
  enum class Action { Pass, Keep, Drop };
  // Return the outgoing TRACK for an incoming one.
  using Change = std::function<Track(const Track&)>;

  // All outlive it. The track has been announced to the reader.
  HeldTrack(Reader& in, Writer& out, std::uint16_t number, Change change = {});

  // The records of this track, as the reader gives them; Frame by `open`, before its samples.
  void on_track();
  void on_ancillary(const wire::Header& record);
  // The same with another body; not for attachments.
  void on_ancillary(const wire::Header& record, std::span<const std::byte> body);
  // Set the action for the frame that the reader has just opened; `as` is the FRAME to write if it passes.
  void open(Action action, const Frame& as);
  // ROWS or BYTES. True if that completes a frame to keep.
  bool on_samples(const wire::Header& record);

  // The frame completed last, once. Records that wait for it to be sent leave with `release`.
  [[nodiscard]] KeptFrame take();
  void send(const KeptFrame& kept, const Frame& as);
  // The same with other samples of the same kind.
  void send(const KeptFrame& kept, const Frame& as, std::span<const std::byte> samples);
  // Write the events and unknown records that came after a kept frame, which was sent or dropped. From now on, until
  // `hold`, such records leave at once.
  void release();
  void hold() { holding_ = true; }

  [[nodiscard]] std::uint16_t number() const { return number_; }
  [[nodiscard]] const Track& track() const { return current_.track(); }  // as it goes out now
  // Whether a frame of this track is under way.
  [[nodiscard]] bool in_frame() const { return in_frame_; }

 private:
  [[nodiscard]] std::shared_ptr<const FrameContext> context();
  void keep_rows(const Strip& strip);

  Reader& in_;
  Writer& out_;
  std::uint16_t number_;
  Change change_;
  Action action_ = Action::Drop;
  bool in_frame_ = false, any_frame_ = false, holding_ = false;
  KeptFrame kept_;
  std::shared_ptr<const FrameContext> context_;  // null: make it again
  ContextWriter current_;
  std::vector<std::pair<wire::Header, std::vector<std::byte>>> waiting_;
  std::uint64_t waiting_bytes_ = 0;
};

}  // namespace sl
