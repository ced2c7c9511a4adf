// An encoder of FFmpeg that can be left at any time.

#pragma once

#include <string>

#include "formats/av/av_media.h"

namespace sl::av {

// Give frames to an encoder and take its packets. Signals are held in each call, as an encoder may start threads in
// any. SVT-AV1 starts all when it is opened, and may work for minutes in one call: there the second signal ends all.
//
// An encoder that was not drained is not freed but abandoned, as freeing may wait: SVT-AV1 encodes all that it holds
// first, and if it had no frame never returns. Memory and threads stay until the process ends, which is then by _exit.
class Encoder {
 public:
  // Allocate a context that is still to be opened. Throw Resources.
  explicit Encoder(const AVCodec& codec);
  ~Encoder();
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  [[nodiscard]] AVCodecContext& operator*() const { return *context_; }
  [[nodiscard]] AVCodecContext* operator->() const { return context_.get(); }

  // Give it a frame, or with null the end of the stream, which may be empty. `name` is for messages. Throw what FFmpeg
  // reports.
  void send(const AVFrame* frame, const std::string& name);
  // Take the next packet. Return false if it has no packet now, or no more.
  [[nodiscard]] bool receive(AVPacket& packet, const std::string& name);

 private:
  void send_now(const AVFrame* frame, const std::string& name);
  // Give SVT-AV1, which waits for a first frame even to end, one whose packets `receive` drops.
  void send_blank(const std::string& name);

  CodecPtr context_;
  bool is_svt_;
  bool fed_ = false, blank_ = false, drained_ = false;
};

}  // namespace sl::av
