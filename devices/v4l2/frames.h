// Buffers of a camera as records of the wire: a track, its frames with the driver's times and numbers, and its losses.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "devices/v4l2/capture.h"
#include "libcore/wire/writer.h"

namespace sl {

struct Track;

}  // namespace sl

namespace sl::v4l2 {

class Frames {
 public:
  // Write track 1 of a stream that was begun; `out` outlives this. `names_camera`: name the camera in the track.
  Frames(Writer& out, Identity camera, bool names_camera);

  // Announce the track. After the camera was lost, announce it again with its new settings: `gap_why` is set then, and
  // an EVENT `gap` comes before the next frame.
  void announce(const Picture& picture, const std::string& gap_why = {});

  // Nanoseconds from the first frame to this one; 0 for the first.
  [[nodiscard]] std::int64_t elapsed(const Buffer& buffer) const;
  // Send a frame; return false, after an EVENT, if the buffer holds none.
  bool write(const Buffer& buffer);

  // Sent so far.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  // When the first one was captured.
  [[nodiscard]] std::optional<std::int64_t> first() const { return first_; }
  // A time before which no frame will be.
  [[nodiscard]] std::int64_t next_pts() const { return last_pts_ ? *last_pts_ + 1 : 0; }

 private:
  [[nodiscard]] Track describe() const;
  void number(const Buffer& buffer);
  void lose(const char* why);
  [[nodiscard]] bool is_short(const Buffer& buffer) const;
  void write_rows(const Buffer& buffer, bool damaged);

  Writer& out_;
  Identity camera_;
  bool names_camera_;
  Picture picture_;
  std::uint32_t strip_rows_ = 0;
  std::string gap_why_;                   // of a gap that is not reported yet
  std::optional<std::int64_t> first_;     // capture of the first frame
  std::optional<std::int64_t> last_pts_;  // of the last frame
  std::optional<std::uint32_t> last_sequence_;
  std::uint64_t number_ = 0;  // of this frame
  std::uint64_t next_ = 0;    // the least that this frame's number can be
  std::uint64_t count_ = 0;
  bool waits_for_key_ = false;
  std::vector<std::byte> rows_;
};

}  // namespace sl::v4l2
