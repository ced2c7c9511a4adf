// A track whose frames may be left out, kept in memory, sent later, again, or in another order.
//
// What holds for a frame (TRACK, attachments) goes with it: before a frame is sent, the outgoing track is brought to
// what was in force when that frame came. Events and unknown records keep their place behind a frame that is kept.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libcore/media/strip.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// What was in force when a frame came.
struct FrameContext {
  Track track;  // as it goes out
  std::vector<Attachment> attachments;
};

// A whole frame in memory: samples in the order of planes, or the bytes of what is not raw video.
struct KeptFrame {
  Frame frame;
  std::shared_ptr<const FrameContext> context;
  std::vector<std::byte> samples;
  bool damaged = false;  // some of its pieces are

  [[nodiscard]] std::size_t bytes() const { return sizeof(KeptFrame) + frame.metadata.size() + samples.size(); }
};

class HeldTrack {
 public:
  enum class Action { Pass, Keep, Drop };
  // Makes the outgoing TRACK of the incoming one.
  using Change = std::function<Track(const Track&)>;

  // All outlive it. The track has been announced to the reader.
  HeldTrack(Reader& in, Writer& out, std::uint16_t number, Change change = {});

  // The records of this track, as the reader gives them; Frame by `open`, before its samples.
  void on_track();
  void on_ancillary(const wire::Header& record);
  // The same with another body; not for attachments.
  void on_ancillary(const wire::Header& record, std::span<const std::byte> body);
  // What becomes of the frame that the reader has just opened; `as` is how it goes out, where it is passed.
  void open(Action action, const Frame& as);
  // ROWS or BYTES. True when a frame that is to be kept is complete.
  bool on_samples(const wire::Header& record);

  // The frame completed last, once. Records that wait for it to be sent leave with `release`.
  [[nodiscard]] KeptFrame take();
  void send(const KeptFrame& kept, const Frame& as);
  // The same with other samples of the same kind.
  void send(const KeptFrame& kept, const Frame& as, std::span<const std::byte> samples);
  // Events and unknown records that came after a frame that was kept: it was sent or is not wanted. From now on, until
  // `hold`, such records leave at once.
  void release();
  void hold() { holding_ = true; }

  [[nodiscard]] std::uint16_t number() const { return number_; }
  [[nodiscard]] const Track& track() const;  // as it goes out now
  // Whether a frame of this track is under way.
  [[nodiscard]] bool in_frame() const { return in_frame_; }

 private:
  [[nodiscard]] std::shared_ptr<const FrameContext> context();
  void make_current(const FrameContext& context);
  void keep_rows(const Strip& strip);

  Reader& in_;
  Writer& out_;
  std::uint16_t number_;
  Change change_;
  Action action_ = Action::Drop;
  bool in_frame_ = false, any_frame_ = false, holding_ = false;
  KeptFrame kept_;
  std::shared_ptr<const FrameContext> context_;  // null: to be made anew
  Track announced_;
  bool is_announced_ = false;
  std::vector<Attachment> in_force_;  // of the outgoing track
  std::vector<std::pair<wire::Header, std::vector<std::byte>>> waiting_;
  std::uint64_t waiting_bytes_ = 0;
};

}  // namespace sl
