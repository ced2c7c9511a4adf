// One track of pictures at a constant rate: frames left out and repeated, or neighbours blended.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/frames/frame_grid.h"
#include "libcore/frames/held_track.h"

namespace sl {

class ConstantRate {
 public:
  struct Options {
    Rational rate;
    Seconds longest{600, 1};  // that a frame may be repeated
    bool blend = false;
  };

  // Raw video that has been announced to the reader. `options` outlive it.
  ConstantRate(Reader& in, Writer& out, std::uint16_t number, const Options& options);
  ConstantRate(const ConstantRate&) = delete;
  ConstantRate& operator=(const ConstantRate&) = delete;

  // The records of this track after its first TRACK, as the reader gives them, and END. Throw Data for frames without a
  // time, Limit for gaps.
  void on_record(const wire::Header& record);
  void at_end();

 private:
  [[nodiscard]] std::int64_t end_of(const KeptFrame& kept) const;
  void on_frame(const Frame& frame);
  void on_complete();
  void on_event(const wire::Header& record);
  void check_length(std::int64_t length) const;
  [[nodiscard]] Frame numbered(Frame frame);
  void send_until(std::int64_t slot);
  void send_between(const KeptFrame& after);

  Reader& in_;
  const Options& options_;
  FrameGrid grid_;
  HeldTrack held_;
  std::optional<KeptFrame> last_;
  std::vector<std::byte> blended_;
  std::int64_t next_ = 0, distance_ = 0;  // frame of the grid; ticks between the last two
  std::uint64_t count_ = 0;
  bool sent_any_ = false;
};

}  // namespace sl
