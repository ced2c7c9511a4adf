// How encoders are fed, drained and left.

#include "formats/av/encode/encoder.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/av/signals_held.h"

namespace sl::av {

namespace {

// Keep it until the process ends. Its threads run on, so nothing that they use may be destroyed before: the end is by
// _exit, after main has returned. Under the address sanitizer it is the usual one, which looks for leaks.
void abandon(CodecPtr context) {
  static auto* const abandoned = new std::vector<CodecPtr>;  // never destroyed
#if !defined(__SANITIZE_ADDRESS__)
  if (abandoned->empty()) on_exit([](int status, void*) { std::_Exit(status); }, nullptr);
#endif
  abandoned->push_back(std::move(context));
}

}  // namespace

Encoder::Encoder(const AVCodec& codec)
    : context_(avcodec_alloc_context3(&codec)), is_svt_(std::string_view(codec.name) == "libsvtav1") {
  check_allocated(context_.get());
}

Encoder::~Encoder() {
  if (drained_ || avcodec_is_open(context_.get()) == 0) {
    const SignalsHeld held;  // codecs start threads to end threads
    context_.reset();
  } else {
    abandon(std::move(context_));
  }
}

void Encoder::send(const AVFrame* frame, const std::string& name) {
  if (frame == nullptr && !fed_ && is_svt_) send_blank(name);
  fed_ = true;
  send_now(frame, name);
}

void Encoder::send_blank(const std::string& name) {
  const FramePtr frame = new_picture(context_->pix_fmt, context_->width, context_->height);
  frame->pts = 0;
  blank_ = true;
  send_now(frame.get(), name);
}

void Encoder::send_now(const AVFrame* frame, const std::string& name) {
  std::optional<SignalsHeld> held;
  if (!is_svt_) held.emplace();
  const int code = avcodec_send_frame(context_.get(), frame);
  if (code < 0) throw av_failure(code, name, context_->codec->name);
}

bool Encoder::receive(AVPacket& packet, const std::string& name) {
  std::optional<SignalsHeld> held;
  if (!is_svt_) held.emplace();
  int code = avcodec_receive_packet(context_.get(), &packet);
  while (blank_ && code >= 0) code = avcodec_receive_packet(context_.get(), &packet);  // drops the one before
  drained_ = drained_ || code == AVERROR_EOF;
  if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
  if (code < 0) throw av_failure(code, name, context_->codec->name);
  return true;
}

}  // namespace sl::av
