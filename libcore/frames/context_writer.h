// TRACK and attachments of an outgoing track, for frames that leave in another order or number than they came.

#pragma once

#include <cstdint>
#include <vector>

#include "libcore/media/attachment.h"
#include "libcore/media/track.h"
#include "libcore/wire/writer.h"

namespace sl {

// TRACK and attachments in force when a frame came.
struct FrameContext {
  Track track;
  std::vector<Attachment> attachments;
};

class ContextWriter {
 public:
  ContextWriter(Writer& out, std::uint16_t number) : out_(out), number_(number) {}

  // Write the TRACK, unless it is the one announced last. It ends all attachments.
  void announce(const Track& track);
  // Write an attachment that stays in force.
  void attach(Attachment attachment);
  // Write what turns the context of the last frame into this one. Call before each FRAME.
  void make_current(const FrameContext& context);

  [[nodiscard]] const Track& track() const { return announced_; }  // as it goes out now

 private:
  Writer& out_;
  std::uint16_t number_;
  Track announced_;
  bool is_announced_ = false;
  std::vector<Attachment> in_force_;
};

}  // namespace sl
