// Finding frames in display order, and delivering them in the order of the list.

#include "formats/av/decode/frames_in_order.h"
#include "libcore/media/frame.h"

extern "C" {
#include <libavutil/imgutils.h>
}

#include <algorithm>
#include <map>

#include "libcore/base/limits.h"

namespace sl::av {

namespace {

constexpr std::uint64_t max_bytes = std::uint64_t{256} << 20, max_frames = 1 << 16;

// Frames of the list, by the tick they are shown at.
class Requested {
 public:
  explicit Requested(FrameSeeker& seeker) : seeker_(seeker) {}

  void add(std::int64_t tick) { ++frames_[tick].uses; }
  [[nodiscard]] bool has(std::int64_t tick) const { return frames_.contains(tick); }
  [[nodiscard]] std::size_t size() const { return frames_.size(); }
  [[nodiscard]] bool is_found(std::int64_t tick) const { return frames_.at(tick).found; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  void find(std::int64_t tick) {
    Frame& frame = frames_.at(tick);
    frame.found = true;
    if (!seeker_.go_to(tick)) return;
    const FrameSeeker::Shown& current = seeker_.current();
    frame.shown = {FramePtr(av_frame_clone(current.frame.get())), current.pts, current.damaged};
    check_allocated(frame.shown.frame.get());
    bytes_ += bytes_of(*frame.shown.frame);
  }

  // Deliver the frame; keep it until its last use.
  void give(std::size_t place, std::int64_t tick, const TakeShown& take) {
    Frame& frame = frames_.at(tick);
    if (!frame.found) find(tick);
    take(place, frame.shown.frame ? &frame.shown : nullptr);
    if (--frame.uses != 0 || !frame.shown.frame) return;
    bytes_ -= bytes_of(*frame.shown.frame);
    frame.shown.frame.reset();
  }

  [[nodiscard]] std::vector<std::int64_t> rising() const {
    std::vector<std::int64_t> ticks;
    for (const auto& [tick, frame] : frames_) ticks.push_back(tick);
    return ticks;
  }

 private:
  struct Frame {
    FrameSeeker::Shown shown;
    std::size_t uses = 0;
    bool found = false;
  };

  static std::uint64_t bytes_of(const AVFrame& frame) {
    std::uint64_t bytes = 0;
    for (const AVBufferRef* buffer : frame.buf) bytes += buffer == nullptr ? 0 : buffer->size;
    return bytes;
  }

  FrameSeeker& seeker_;
  std::map<std::int64_t, Frame> frames_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

void for_each_shown(FrameSeeker& seeker, const AVCodecParameters& codec, const std::vector<std::int64_t>& ticks,
                    const TakeShown& take) {
  const std::uint64_t most = std::min(max_bytes, limits().memory);
  const int bytes = av_image_get_buffer_size(static_cast<AVPixelFormat>(codec.format), codec.width, codec.height, 32);
  const std::uint64_t fit =
      bytes <= 0 ? 1 : std::clamp<std::uint64_t>(most / static_cast<std::uint64_t>(bytes), 1, max_frames);
  for (std::size_t next = 0; next < ticks.size();) {
    Requested frames(seeker);
    std::size_t stop = next;
    for (; stop < ticks.size() && (frames.size() < fit || frames.has(ticks[stop])); ++stop) frames.add(ticks[stop]);
    for (const std::int64_t tick : frames.rising()) {
      if (seeker.stops() || frames.bytes() > most) break;
      frames.find(tick);
      for (; next < stop && frames.is_found(ticks[next]); ++next) frames.give(next, ticks[next], take);
    }
    // Frames that are larger than the header says do not fit after all.
    for (; next < stop && !seeker.stops(); ++next) frames.give(next, ticks[next], take);
    if (seeker.stops()) return;
  }
}

}  // namespace sl::av
