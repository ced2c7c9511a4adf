// The tracks of a film are announced once the first frame of each is decoded: it knows more than the container's
// header, whose word for a colour, a sample format or a size may be missing or wrong.
//
// Until then frames wait here, and of a track that has its first frame packets, which are smaller. At most for two
// seconds of the film or 64 MiB: then a track without a frame is announced by the header's word.

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "formats/av/decode/frame_writer.h"

namespace sl::av {

class FirstFrames {
 public:
  // Add a track, before anything is written; only decoded ones have a first frame to wait for. `writer` must outlive
  // this.
  void add(TrackWriter& writer, bool decoded);
  [[nodiscard]] bool announced() const { return announced_; }
  // Write the frame, or keep it until the tracks are announced.
  void write(FrameWriter& writer, AVFrame& frame, bool damaged, const FrameWriter::Facts& facts);
  // Take a packet of the track: pass it to `use`, now or when the tracks are announced.
  using Use = std::function<void(const AVPacket* packet)>;
  void use(const TrackWriter& writer, const AVPacket* packet, const Use& use);
  // Announce all tracks, and write and use what waits.
  void announce();
  // The same before a failure is passed on: what came before it is whole.
  void announce_at_failure();

 private:
  struct Entry {
    TrackWriter* writer;
    bool waits;  // for its first frame
  };
  void wait(std::function<void()> action, std::uint64_t bytes, std::int64_t time, const Rational& base);
  void found(const TrackWriter& writer);
  [[nodiscard]] bool waits_for(const TrackWriter& writer) const;

  std::vector<Entry> tracks_;
  std::vector<std::function<void()>> waiting_;
  std::uint64_t bytes_ = 0;
  std::int64_t first_ = no_time, last_ = no_time;  // of what waits, ns
  bool announced_ = false;
};

}  // namespace sl::av
