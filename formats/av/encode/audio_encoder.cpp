// A track of sound and its encoder.

#include "formats/av/encode/audio_encoder.h"

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "formats/av/av_tags.h"
#include "formats/av/signals_held.h"
#include "formats/av/stream_track.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"

namespace sl::av {

namespace {

constexpr int chunk = 4096;  // samples at once, if the codec has no frames

// The significant bits of a sample format.
int depth_of(AVSampleFormat format) {
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8:
      return 8;
    case AV_SAMPLE_FMT_S16:
      return 16;
    case AV_SAMPLE_FMT_FLT:
      return 25;
    case AV_SAMPLE_FMT_S32:
      return 32;
    default:
      return 64;
  }
}

void set_layout(AVChannelLayout& layout, const Track& track) {
  if (!track.layout.empty() && av_channel_layout_from_string(&layout, track.layout.c_str()) >= 0 &&
      layout.nb_channels == static_cast<int>(track.channels)) {
    return;
  }
  av_channel_layout_uninit(&layout);
  layout = AVChannelLayout{AV_CHANNEL_ORDER_UNSPEC, static_cast<int>(track.channels), {}, nullptr};
}

int depth_of(const Track& track) { return track.bits != 0 ? track.bits : depth_of(av_samples(track.samples)); }

}  // namespace

AudioEncoder::AudioEncoder(const FilmSettings& settings, PacketSink& muxer, const Track& track)
    : muxer_(muxer),
      codec_(*settings.options.audio(track)),
      track_(track),
      in_format_(av_samples(track.samples)),
      sample_bytes_(static_cast<std::size_t>(av_get_bytes_per_sample(in_format_)) * track.channels),
      encoder_(codec_),
      packet_(new_packet()) {
  if (track.channels > 64) throw Error(Status::Data, muxer.name() + ": more than 64 channels of sound");
  open(settings);
  stream_ = &muxer.add_stream(track, settings.keep_metadata);
  const int code = avcodec_parameters_from_context(stream_->codecpar, &*encoder_);
  if (code < 0) throw av_failure(code, muxer.name(), codec_.name);
  stream_->time_base = encoder_->time_base;
}

AudioEncoder::~AudioEncoder() {
  swr_free(&converter_);
  av_audio_fifo_free(fifo_);
  av_channel_layout_uninit(&in_layout_);
}

void AudioEncoder::choose_format() {
  AVCodecContext& context = *encoder_;
  context.sample_fmt = in_format_;
  const int depth_in = in_format_ == AV_SAMPLE_FMT_FLT ? depth_of(in_format_) : depth_of(track_);
  int best = -1;
  for (const AVSampleFormat* format = codec_.sample_fmts; format != nullptr && *format != AV_SAMPLE_FMT_NONE;
       ++format) {
    const int depth = depth_of(*format);
    const int cost = depth >= depth_in ? depth - depth_in : 1000 - depth;  // the narrowest without loss
    if (best >= 0 && cost >= best) continue;
    best = cost;
    context.sample_fmt = *format;
  }
  context.sample_rate = static_cast<int>(track_.sample_rate);
  const int* const rates = codec_.supported_samplerates;
  if (rates == nullptr) return;
  int nearest = rates[0];
  for (const int* rate = rates; *rate != 0; ++rate) {
    const auto off = [&](int candidate) {  // the next above, or else the highest
      return candidate >= context.sample_rate ? std::int64_t{candidate} - context.sample_rate
                                              : (std::int64_t{1} << 32) - candidate;
    };
    if (off(*rate) < off(nearest)) nearest = *rate;
  }
  context.sample_rate = nearest;
}

void AudioEncoder::open(const FilmSettings& settings) {
  AVCodecContext& context = *encoder_;
  choose_format();
  prepare_layout(settings);
  context.time_base = {1, context.sample_rate};
  // FLAC has 24 bits
  if (codec_.id == AV_CODEC_ID_FLAC && context.sample_fmt == AV_SAMPLE_FMT_S32) context.bits_per_raw_sample = 24;
  if (muxer_.wants_global_header()) context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  try {
    settings.options.open_audio(context, muxer_.name());
  } catch (const Error& error) {
    if (track_.channels < 3) throw;
    throw Error(error.status(), std::string(error.what()) + "; sl-resample 0 --layout stereo mixes channels down");
  }
  prepare_loss();
  max_lead_ = settings.max_lead * track_.sample_rate;
  // The edit list of MP4 cannot hide a part of the encoder's delay.
  if (settings.container.fragmented) max_lead_ = context.initial_padding;
  int code = swr_alloc_set_opts2(&converter_, &context.ch_layout, context.sample_fmt, context.sample_rate,
                                 plan_.is_mixed ? &plan_.in : &context.ch_layout, in_format_,
                                 static_cast<int>(track_.sample_rate), 0, nullptr);
  if (code >= 0) code = av_opt_set_double(converter_, "rematrix_maxval", 1, 0);  // of floats too
  if (code >= 0) code = swr_init(converter_);
  if (code < 0) throw av_failure(code, muxer_.name(), "sound cannot be converted");
  fifo_ = av_audio_fifo_alloc(context.sample_fmt, context.ch_layout.nb_channels, chunk);
  check_allocated(fifo_);
}

void AudioEncoder::prepare_layout(const FilmSettings& settings) {
  set_layout(in_layout_, track_);
  plan_ = plan_channels(codec_, settings.container.muxer, in_layout_);
  check_allocated(av_channel_layout_copy(&encoder_->ch_layout, &plan_.layout));
  if (plan_.is_mixed) {
    warn(muxer_.name() + ": sound: " + layout_name(plan_.in) + " is mixed down to " + layout_name(plan_.layout) + ": " +
         avcodec_get_name(codec_.id) + " has no layout with all of its speakers");
  }
}

void AudioEncoder::prepare_loss() {
  const AVCodecContext& context = *encoder_;
  const int depth_in = depth_of(track_);
  depth_ = av_get_exact_bits_per_sample(codec_.id);
  const AVSampleFormat format = av_get_packed_sample_fmt(context.sample_fmt);
  if (format == AV_SAMPLE_FMT_FLT || format == AV_SAMPLE_FMT_DBL)
    depth_ = 0;
  else if (depth_ == 0)
    depth_ = context.bits_per_raw_sample != 0 ? context.bits_per_raw_sample : depth_of(format);
  if (depth_ == 0) return;
  const AVCodecDescriptor* const descriptor = avcodec_descriptor_get(codec_.id);
  const bool keeps_all = descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0 &&
                         !plan_.is_mixed && context.sample_rate == static_cast<int>(track_.sample_rate);
  const bool floats = in_format_ == AV_SAMPLE_FMT_FLT;
  const bool loses_bits = keeps_all && depth_in > depth_;
  if (floats || loses_bits) loss_.emplace(depth_, loses_bits);
}

// The frame's time shows whether samples before it are missing or repeated.
void AudioEncoder::begin_frame(const Frame& frame) {
  if (frame.pts == no_time) return;
  const Rational samples{1, track_.sample_rate};
  const std::int64_t at = rescale(frame.pts, track_.time_base, samples) + shift_;
  if (!begun_) {
    begun_ = true;
    const bool from_zero = max_lead_ > 0 && at <= max_lead_;
    if (!from_zero) next_ = at;
    sent_ = av_rescale_rnd(next_, encoder_->sample_rate, track_.sample_rate, AV_ROUND_NEAR_INF);
    if (from_zero && at > 0) fill(at);
    if (from_zero && at < 0) skip_ = -at;
    filled_ = 0;
    cut_ = from_zero ? std::min<std::int64_t>(at, 0) : 0;
    return;
  }
  const std::int64_t due = next_ - skip_;
  const std::int64_t off = at - due;
  // Unless each sample is a whole number of ticks, times are rounded.
  const Rational& base = track_.time_base;
  const bool exact = base.den % (base.num * track_.sample_rate) == 0;
  if (std::abs(off) <= (exact ? 0 : rescale(1, base, samples) + 1)) return;
  constexpr std::int64_t longest = 3600;
  if (off > longest * track_.sample_rate) {
    throw Error(Status::Data, muxer_.name() + ": sound has a gap of more than an hour at " +
                                  seconds_text(frame.pts, track_.time_base));
  }
  if (off > 0) {
    const std::int64_t cut_less = std::min(off, skip_);
    skip_ -= cut_less;
    fill(off - cut_less);
  } else {
    skip_ += -off;
  }
}

void AudioEncoder::fill(std::int64_t samples) {
  filled_ += samples;
  const std::byte silent{in_format_ == AV_SAMPLE_FMT_U8 ? std::uint8_t{0x80} : std::uint8_t{0}};
  const std::vector<std::byte> silence(sample_bytes_ * chunk, silent);
  for (; samples > 0; samples -= chunk) convert(silence.data(), std::min<std::int64_t>(samples, chunk));
}

void AudioEncoder::bytes(std::span<std::byte> piece, bool) {
  begun_ = true;
  auto samples = static_cast<std::int64_t>(piece.size() / sample_bytes_);
  const std::int64_t skipped = std::min(skip_, samples);
  skip_ -= skipped;
  cut_ += skipped;
  samples -= skipped;
  const std::byte* at = piece.data() + static_cast<std::size_t>(skipped) * sample_bytes_;
  if (loss_) loss_->look(sample_type(track_), {at, static_cast<std::size_t>(samples) * sample_bytes_});
  while (samples > 0) {
    const std::int64_t now = std::min<std::int64_t>(samples, chunk * 16);
    convert(at, now);
    at += static_cast<std::size_t>(now) * sample_bytes_;
    samples -= now;
  }
}

// Return the samples with their channels as planned.
const std::byte* AudioEncoder::in_plan(const std::byte* bytes, std::int64_t samples) {
  if (bytes == nullptr || plan_.from.empty()) return bytes;
  const std::size_t one = sample_bytes_ / track_.channels;
  const std::byte silent{in_format_ == AV_SAMPLE_FMT_U8 ? std::uint8_t{0x80} : std::uint8_t{0}};
  planned_.assign(static_cast<std::size_t>(samples) * plan_.from.size() * one, silent);
  std::byte* to = planned_.data();
  for (std::int64_t i = 0; i < samples; ++i, bytes += sample_bytes_) {
    for (const int channel : plan_.from) {
      if (channel >= 0) std::copy_n(bytes + static_cast<std::size_t>(channel) * one, one, to);
      to += one;
    }
  }
  return planned_.data();
}

// Round integers of 32 bits to those that are encoded: encoders cut the others off.
void AudioEncoder::round_to_depth(const AVFrame& frame, int count) const {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  if (depth_ == 0 || depth_ >= 32 || av_get_packed_sample_fmt(format) != AV_SAMPLE_FMT_S32) return;
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const int channels = frame.ch_layout.nb_channels, planes = planar ? channels : 1;
  const std::int64_t half = std::int64_t{1} << (31 - depth_), mask = ~(2 * half - 1);
  const std::int64_t most = std::numeric_limits<std::int32_t>::max();
  for (int plane = 0; plane < planes; ++plane) {
    auto* const values = reinterpret_cast<std::int32_t*>(frame.extended_data[plane]);
    for (int i = 0; i < count * channels / planes; ++i) {
      values[i] = static_cast<std::int32_t>(std::min(values[i] + half, most) & mask);
    }
  }
}

void AudioEncoder::convert(const std::byte* bytes, std::int64_t samples) {
  next_ += samples;
  const auto* in = reinterpret_cast<const std::uint8_t*>(in_plan(bytes, samples));
  const FramePtr frame = new_frame();
  frame->nb_samples = swr_get_out_samples(converter_, static_cast<int>(samples));
  frame->format = encoder_->sample_fmt;
  int code = av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout);
  if (code >= 0 && frame->nb_samples > 0) code = av_frame_get_buffer(frame.get(), 0);
  check_allocated(code);
  if (frame->nb_samples <= 0) return;
  const int count = swr_convert(converter_, frame->extended_data, frame->nb_samples, bytes != nullptr ? &in : nullptr,
                                static_cast<int>(samples));
  if (count < 0) throw av_failure(count, muxer_.name(), "sound cannot be converted");
  round_to_depth(*frame, count);
  if (av_audio_fifo_write(fifo_, reinterpret_cast<void**>(frame->extended_data), count) < count) {
    throw Error(Status::Resources, "out of memory");
  }
  send_frames(false);
}

void AudioEncoder::send_frames(bool all) {
  const bool any_size = encoder_->frame_size == 0 || (codec_.capabilities & AV_CODEC_CAP_VARIABLE_FRAME_SIZE) != 0;
  const int size = any_size ? chunk : encoder_->frame_size;
  for (int held = av_audio_fifo_size(fifo_); held >= size || (all && held > 0); held = av_audio_fifo_size(fifo_)) {
    const FramePtr frame = new_frame();
    frame->nb_samples = std::min(held, size);
    frame->format = encoder_->sample_fmt;
    frame->sample_rate = encoder_->sample_rate;
    check_allocated(av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout));
    check_allocated(av_frame_get_buffer(frame.get(), 0));
    av_audio_fifo_read(fifo_, reinterpret_cast<void**>(frame->extended_data), frame->nb_samples);
    frame->pts = sent_;
    sent_ += frame->nb_samples;
    encode(frame.get());
  }
}

void AudioEncoder::encode(AVFrame* frame) {
  encoder_.send(frame, muxer_.name());
  drain(encoder_, *packet_, *stream_, muxer_, [](AVPacket&) {});
}

void AudioEncoder::finish() {
  convert(nullptr, 0);  // the rest in the resampler
  send_frames(true);
  encode(nullptr);
  const auto report = [this](std::int64_t samples, const std::string& what) {
    if (samples != 0) warn(muxer_.name() + ": sound: " + seconds_text(samples, {1, track_.sample_rate}) + " " + what);
  };
  report(filled_, "of gaps are filled with silence");
  report(cut_, "that came twice are cut");
  if (!loss_) return;
  if (const std::string lost = loss_->report(); !lost.empty()) warn(muxer_.name() + ": sound: " + lost);
}

bool AudioEncoder::can_continue_with(const Track& track) const {
  return track.kind == Kind::Audio && track.codec == "raw" && track.samples == track_.samples &&
         track.sample_rate == track_.sample_rate && track.channels == track_.channels;
}

void AudioEncoder::start_at(const Track& track, MediaTime start) {
  track_.time_base = track.time_base;
  shift_ = av_rescale_q_rnd(start.ticks, start.base, {1, static_cast<int>(track_.sample_rate)}, AV_ROUND_UP);
}

MediaTime AudioEncoder::end() const { return {next_, {1, static_cast<int>(track_.sample_rate)}}; }

}  // namespace sl::av
