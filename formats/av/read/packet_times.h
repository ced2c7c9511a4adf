// The times of packets whose container does not say when they are shown.
//
// AVI (and Matroska from AVI) times the decoding of H.264 and HEVC only, and raw streams of them have no times at all;
// those of MPEG-1 and 2 have only some. Their packets are decoded one step after the other, and shown in the order of
// the counts in them (ITU-T H.264 8.2.1, H.265 8.3.1; temporal references in MPEG). So the n-th picture shown takes the
// n-th time of decoding, and the times of decoding move back by the delay of the codec. A packet waits until no later
// one can be shown before it: for 16 packets if the codec reorders at all.
//
// Other raw video has times by the rate that it states, or FFmpeg's 25 a second: another rate scales them.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "formats/av/av_media.h"

namespace sl::av {

class PacketTimes {
 public:
  // `rate`: of a raw stream, instead of its own.
  explicit PacketTimes(std::optional<Rational> rate) : rate_(rate) {}

  // Return whether the container is a raw stream of video.
  [[nodiscard]] static bool is_raw(const AVFormatContext& context);
  // Learn the streams, once their header is read. Throw Usage if there is a rate, but the container has times.
  void open(AVFormatContext& context, const std::string& name);
  // Give a packet as read, or null at the end.
  void give(AVPacket* packet);
  // Take the next packet with its times; false if more must be given first.
  bool take(AVPacket& packet);
  // After a seek: the next packets are those from `ts` on, of a raw stream in its time base.
  void reset(std::int64_t ts = 0);

  struct Place {
    std::int64_t ts, position;
  };
  // Return the last key frame of a raw stream that was read, decoded at or before `ts`; or its start.
  // Nothing if the container itself finds times.
  [[nodiscard]] std::optional<Place> place_before(std::int64_t ts) const;

 private:
  class Order;
  void scale(AVPacket& packet);

  std::optional<Rational> rate_;
  AVFormatContext* context_ = nullptr;
  bool is_raw_ = false;
  std::int64_t own_duration_ = 0;                 // of the packets that are scaled
  std::map<int, std::shared_ptr<Order>> orders_;  // by stream; null if it has times
  std::deque<PacketPtr> ready_;
};

}  // namespace sl::av
