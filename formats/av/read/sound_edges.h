// The first and last samples of sound that are not heard, where FFmpeg 5.1 leaves them to its caller: the decoder's
// delay of an MP3 file is cut off its samples, but not off its times; and the end of a track of MP4 or MOV, inside its
// last packet, is in that packet's duration only.

#pragma once

#include <cstdint>
#include <map>

#include "formats/av/av_media.h"

namespace sl::av {

class SoundEdges {
 public:
  // Learn the streams, once their header is read.
  void open(AVFormatContext& context);
  // Correct a packet as it was read.
  void apply(AVPacket& packet);

 private:
  AVFormatContext* context_ = nullptr;
  bool is_mp3_ = false, is_mov_ = false;
  std::map<int, std::int64_t> longest_;  // duration of a packet so far, by stream
};

}  // namespace sl::av
