// The viewer's end of the pipe: pictures gathered and queued, sound handed to the speaker, and everything passed on
// if the stage is in the middle of a pipe.

#pragma once

#include <deque>
#include <optional>

#include "devices/display/viewer/display.h"
#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/track_choice.h"
#include "libcore/wire/writer.h"

namespace sl::viewer {

class Intake {
 public:
  // All outlive it. `out`: null to pass nothing on; `speaker` may be null.
  Intake(Reader& in, Writer* out, Speaker* speaker, const std::optional<TrackChoice>& choice)
      : in_(in), out_(out), speaker_(speaker), choice_(choice) {}

  // Read a record, and block for the rest of one at most if ready(). Return false after the last one.
  bool take();
  [[nodiscard]] bool ready() const;
  [[nodiscard]] int fd() const { return in_.source().fd(); }
  [[nodiscard]] bool ended() const { return ended_; }
  // End the output as soon as no frame is open, and close it; nothing is read after that.
  void stop();

  std::deque<PicturePointer> queue;
  [[nodiscard]] std::uint64_t queued_bytes() const;

  // The stream's time that is heard now, in ns, if there is sound.
  [[nodiscard]] std::optional<std::int64_t> heard() const;
  [[nodiscard]] bool has_sound() const { return sound_ != 0; }
  // Sound before this time is not played.
  void skip_sound_until(std::int64_t time);

 private:
  void on_track(std::uint16_t number);
  void on_frame(std::uint16_t number);
  void on_rows();
  void on_sound(const wire::Header& record);

  Reader& in_;
  Writer* out_;
  Speaker* speaker_;
  const std::optional<TrackChoice>& choice_;
  std::uint64_t stream_ = 0, pictures_ = 0;  // pictures of this stream
  bool ended_ = false;
  std::uint16_t shown_ = 0, sound_ = 0;  // the tracks; 0: none yet
  std::shared_ptr<const Track> track_;
  PicturePointer open_, first_;                        // in the making; of this stream
  std::int64_t next_time_ = 0;                         // of a picture without one
  std::int64_t sound_end_ = 0, sound_from_ = no_time;  // ns
};

}  // namespace sl::viewer
