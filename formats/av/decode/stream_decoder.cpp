// The decoder's loop, and recognising damage.

#include "formats/av/decode/stream_decoder.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "formats/av/av_log.h"
#include "formats/av/stream_track.h"
#include "libcore/base/limits.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"

namespace sl::av {

namespace {

// FFmpeg's own decoders of VP8 and VP9 ignore alpha; libvpx's do not.
const AVCodec* find_decoder(AVCodecID codec, bool alpha) {
  if (alpha) return avcodec_find_decoder_by_name(codec == AV_CODEC_ID_VP8 ? "libvpx" : "libvpx-vp9");
  return avcodec_find_decoder(codec);
}

}  // namespace

StreamDecoder::StreamDecoder(const AVCodecParameters& codec, Rational time_base, std::string name,
                             const DecoderSettings& settings)
    : time_base_(time_base),
      name_(std::move(name)),
      counts_sound_(settings.counts_sound),
      salvage_(settings.salvage),
      concealments_(ffmpeg_log().concealments()) {
  const AVCodec* decoder = find_decoder(codec.codec_id, settings.alpha);
  if (decoder == nullptr) {
    throw Error(Status::Data, name_ + ": no decoder for its " + avcodec_get_name(codec.codec_id));
  }
  context_.reset(avcodec_alloc_context3(decoder));
  check_allocated(context_.get());
  int error = avcodec_parameters_to_context(context_.get(), &codec);
  context_->pkt_timebase = av_rational(time_base);
  context_->thread_count = settings.threads;
  context_->thread_type = settings.low_delay ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
  context_->max_pixels = static_cast<std::int64_t>(limits().pixels);
  if (settings.salvage) {
    context_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  } else {
    context_->err_recognition |= AV_EF_CRCCHECK;
  }
  if (error >= 0) error = avcodec_open2(context_.get(), decoder, nullptr);
  if (error < 0) throw av_failure(error, name_, std::string("the ") + decoder->name + " decoder");
}

void StreamDecoder::damage(const AVPacket* packet, const std::string& what) {
  if (std::exchange(partial_start_, false) && frames_ == 0) return ffmpeg_log().forget();
  ++damages_;
  damaged_ = true;
  if (salvage_) return;
  const std::int64_t time = packet == nullptr ? no_time : packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts;
  std::string message = name_ + ": " + context_->codec->name + ": damaged";
  if (time != no_time) message += " at " + seconds_text(time, time_base_);
  message += " after frame " + std::to_string(frames_) + ": " + what;
  const std::string detail = ffmpeg_log().take_last_error();
  if (!detail.empty()) message += " (" + detail + ")";
  throw Error(Status::Data, message);
}

// False: take its output first.
bool StreamDecoder::send(const AVPacket* packet, const Emit& emit) {
  if (packet != nullptr && is_encrypted(*packet)) {
    throw Error(Status::Data, name_ + ": its " + avcodec_get_name(context_->codec_id) + " is encrypted");
  }
  if (packet != nullptr && (packet->flags & AV_PKT_FLAG_CORRUPT) != 0) {
    damage(packet, "the container says that the packet is");
  }
  const int error = avcodec_send_packet(context_.get(), packet);
  if (error == AVERROR(EAGAIN)) return false;
  if (error == AVERROR(ENOMEM)) throw av_failure(error, name_, "decoding");
  if (error < 0 && error != AVERROR_EOF) {
    while (receive(emit)) {  // frames before it are whole
    }
    damage(packet, av_failure(error, context_->codec->name, "packet").what());
  }
  return true;
}

bool StreamDecoder::receive(const Emit& emit) {
  const int error = avcodec_receive_frame(context_.get(), frame_.get());
  if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return false;
  if (error == AVERROR(ENOMEM)) throw av_failure(error, name_, "decoding");
  if (error < 0) {
    damage(nullptr, av_failure(error, context_->codec->name, "frame").what());
    return true;
  }
  if ((frame_->decode_error_flags & ~FF_DECODE_ERROR_CONCEALMENT_ACTIVE) != 0 ||
      (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
    damaged_ = false;  // it is this one
    AVPacket place{};
    place.pts = frame_->best_effort_timestamp;
    damage(&place, "missing parts would have been concealed");
  }
  if (const std::uint64_t now = ffmpeg_log().concealments(); now != std::exchange(concealments_, now)) {
    AVPacket place{};
    place.pts = frame_->best_effort_timestamp;
    damage(&place, "missing parts here or in earlier frames would have been concealed");
  }
  const bool damaged = damaged_;
  damaged_ = false;
  ++frames_;
  place(*frame_);
  emit(*frame_, damaged);
  av_frame_unref(frame_.get());
  return true;
}

// A frame without a time follows the one before it.
void StreamDecoder::place(AVFrame& frame) {
  if (frame.pts == AV_NOPTS_VALUE) frame.pts = frame.best_effort_timestamp;
  if (frame.nb_samples > 0) return place_sound(frame);
  if (frame.pts == AV_NOPTS_VALUE && end_ != no_time) frame.pts = end_;
  if (frame.pts != AV_NOPTS_VALUE && frame.pkt_duration > 0) end_ = add_time(frame.pts, frame.pkt_duration);
}

// Samples follow one another without a hole: time bases round, and some containers (Ogg) time packets less exactly than
// samples. So a time says that samples are missing or repeated only if it is off by more than a tick and the longest
// frame.
void StreamDecoder::place_sound(AVFrame& frame) {
  longest_ = std::max<std::int64_t>(longest_, frame.nb_samples);
  const Rational rate{1, frame.sample_rate};
  if (anchor_ != no_time && rate_ == frame.sample_rate) {
    const std::int64_t due = add_time(anchor_, rescale(samples_, rate, time_base_));
    const std::int64_t most = rescale(longest_, rate, time_base_) + 2;
    if (counts_sound_ || frame.pts == AV_NOPTS_VALUE || std::abs(subtract_time(frame.pts, due)) <= most) {
      frame.pts = due;
      samples_ += frame.nb_samples;
      return;
    }
  }
  anchor_ = frame.pts == AV_NOPTS_VALUE ? no_time : frame.pts;
  samples_ = frame.nb_samples;
  rate_ = frame.sample_rate;
}

void StreamDecoder::decode(const AVPacket* packet, const Emit& emit) {
  if (packet != nullptr && packet->size == 0) return;
  while (!send(packet, emit)) {
    if (!receive(emit)) break;
  }
  while (receive(emit)) {
  }
}

void StreamDecoder::flush() {
  avcodec_flush_buffers(context_.get());
  damaged_ = false;
  end_ = anchor_ = no_time;
}

}  // namespace sl::av
