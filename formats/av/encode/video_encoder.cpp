// A track of pictures and its encoder.

#include "formats/av/encode/video_encoder.h"
#include "libcore/base/times.h"

extern "C" {
#include <libavutil/cpu.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "formats/av/av_tags.h"
#include "formats/av/encode/container_facts.h"
#include "formats/av/hdr.h"
#include "formats/av/signals_held.h"
#include "formats/av/stream_track.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/pixels/turner.h"
#include "libcore/stage/tool.h"

namespace sl::av {

namespace {

// Codecs whose time is a count of frames.
bool counts_frames(AVCodecID codec) {
  constexpr std::array ids{AV_CODEC_ID_THEORA, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO};
  return std::ranges::find(ids, codec) != ids.end();
}

// What some encoders need beyond the settings of all.
struct Quirks {
  std::string_view encoder;
  bool even_sizes = false;          // refuses what its chroma cannot halve
  int min_side = 1;                 // in pixels
  std::string_view for_less = {};   // an encoder of the same codec for smaller pictures
  bool needs_key_distance = false;  // forced key frames do not suffice
};

constexpr std::array<float, 3> white{1, 1, 1};

Quirks quirks_of(std::string_view encoder) {
  constexpr std::array all{
      Quirks{.encoder = "libx264", .even_sizes = true}, Quirks{.encoder = "libx265", .even_sizes = true},
      Quirks{.encoder = "libsvtav1", .min_side = 64, .for_less = "libaom-av1", .needs_key_distance = true}};
  const auto* const found = std::ranges::find(all, encoder, &Quirks::encoder);
  return found == all.end() ? Quirks{} : *found;
}

bool same_samples(const Track& a, const Track& b) {
  return a.pixels == b.pixels && a.width == b.width && a.height == b.height && a.color == b.color &&
         a.alpha == b.alpha && a.orientation == b.orientation;
}

}  // namespace

VideoEncoder::VideoEncoder(const FilmSettings& settings, PacketSink& muxer, const Track& track, const Frame* first)
    : muxer_(muxer),
      codec_(*settings.options.video()),
      extension_(settings.container.extension),
      track_(track),
      turns_(settings.orient && !settings.container.orientation),
      background_(settings.background.value_or(white)),
      steps_(first_steps(track)),
      upright_(steps_.track()),
      encoder_(codec_),
      packet_(new_packet()),
      key_frame_(settings.key_frame) {
  pixels_ = choose_pixels(upright_, codec_, settings.container, settings.options.pixels());
  report_loss(settings);
  steps_.convert_to(pixels_.rows, background_);
  plan_times(settings, first);
  set_size();
  set_picture();
  open(settings);
  describe_stream(settings);
}

// Warn if depth, chroma or alpha is lost without a request. RGB and grey have no chroma to lose.
void VideoEncoder::report_loss(const FilmSettings& settings) const {
  const PixelFormat &from = *track_.pixels, &to = *pixels_.rows.pixels;
  if (from.alpha && !to.alpha && !settings.background) {
    warn(muxer_.name() + ": transparency becomes white; --background names another color");
  }
  const bool loses = to.bits < from.bits || to.shift_x + to.shift_y > from.shift_x + from.shift_y;
  const std::string& asked = settings.options.pixels();
  const bool named = !asked.empty() && asked != "keep";
  if (!loses || named || from.model != Model::Yuv) return;
  warn(muxer_.name() + ": " + std::string(from.name) + " is encoded as " + std::string(to.name) +
       (asked.empty() ? ", which players require; --pixels keep keeps more, if the codec can" : ""));
}

void VideoEncoder::plan_times(const FilmSettings& settings, const Frame* first) {
  grid_ = settings.container.times == FilmContainer::Times::Grid || counts_frames(codec_.id);
  const AVRational base = av_rational(track_.time_base);
  const bool still = base.num == 1 && base.den == 1 && track_.rate.num == 0;
  known_rate_ = track_.rate.num != 0;
  if (known_rate_) {
    rate_ = av_rational(track_.rate);
  } else if (!still && first != nullptr && first->duration > 0 && first->duration <= wire_limit::number) {
    av_reduce(&rate_.num, &rate_.den, base.den, std::int64_t{base.num} * first->duration, wire_limit::number);
  }
  if (rate_.num <= 0 || rate_.den <= 0) rate_ = {25, 1};
  // A still has neither rate nor times finer than a second: it is shown for 1/25 s.
  time_base_ = grid_ || still ? av_inv_q(rate_) : base;
}

void VideoEncoder::set_size() {
  AVCodecContext& context = *encoder_;
  const PixelFormat& rows = *pixels_.rows.pixels;
  const Quirks quirks = quirks_of(codec_.name);
  const int width = static_cast<int>(upright_.width), height = static_cast<int>(upright_.height);
  if (width < quirks.min_side || height < quirks.min_side) {
    const std::string side = std::to_string(quirks.min_side);
    throw Error(Status::Data, muxer_.name() + ": " + codec_.name + " wants " + side + "x" + side +
                                  " at least; --codec " + std::string(quirks.for_less) + " takes less");
  }
  context.width = width + (quirks.even_sizes && rows.shift_x != 0 ? width % 2 : 0);
  context.height = height + (quirks.even_sizes && rows.shift_y != 0 ? height % 2 : 0);
  if (context.width != width || context.height != height) {
    warn(muxer_.name() + ": " + std::to_string(width) + "x" + std::to_string(height) + " is made " +
         std::to_string(context.width) + "x" + std::to_string(context.height) +
         " by repeating the edge: " + codec_.name + " has even sizes only");
  }
  pool_.emplace(pixels_.format, rows, context.width, context.height, width, height);
  context.pix_fmt = pixels_.format;
}

void VideoEncoder::set_picture() {
  AVCodecContext& context = *encoder_;
  context.time_base = time_base_;
  context.framerate = rate_;
  if (upright_.sample_aspect.num != 0) context.sample_aspect_ratio = av_rational(upright_.sample_aspect);
  set_color(context, pixels_.rows.color);
  if (track_.fields == Fields::Top || track_.fields == Fields::Bottom) {
    context.field_order = track_.fields == Fields::Top ? AV_FIELD_TT : AV_FIELD_BB;
    context.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
  } else if (track_.fields == Fields::Progressive) {
    context.field_order = AV_FIELD_PROGRESSIVE;
  }
  context.bits_per_raw_sample = pixels_.rows.pixels->bits;
}

void VideoEncoder::open(const FilmSettings& settings) {
  AVCodecContext& context = *encoder_;
  if (muxer_.wants_global_header()) context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (settings.container.muxer == "avi") context.max_b_frames = 0;  // it has no times to put them in order by
  if (settings.key_distance > 0 && quirks_of(codec_.name).needs_key_distance) {
    context.gop_size = static_cast<int>(std::ceil(av_q2d(rate_) * settings.key_distance - 1e-6));
  }
  // By default x264 starts one and a half threads for each core, for the most frames per second. Live pictures come no
  // faster: fewer threads take less processor time and delay a frame less.
  constexpr int most = 16;
  context.thread_count = track_.live ? std::clamp(av_cpu_count(), 1, most) : 0;
  settings.options.open_video(context, hdr_parameters(track_, codec_.name), muxer_.name());
}

void VideoEncoder::describe_stream(const FilmSettings& settings) {
  stream_ = &muxer_.add_stream(track_, settings.keep_metadata);
  const int code = avcodec_parameters_from_context(stream_->codecpar, &*encoder_);
  if (code < 0) throw av_failure(code, muxer_.name(), codec_.name);
  stream_->codecpar->field_order = field_order(track_.fields, codec_.id);
  stream_->time_base = time_base_;
  stream_->sample_aspect_ratio = encoder_->sample_aspect_ratio;
  if (known_rate_ || grid_) stream_->avg_frame_rate = rate_;
  if (codec_.id == AV_CODEC_ID_HEVC && settings.container.fragmented) {
    stream_->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');  // Apple's players know no other
  }
  if (pixels_.rows.alpha != Alpha::None && settings.container.alpha) {
    av_dict_set(&stream_->metadata, "alpha_mode", "1", 0);
  }
  if (track_.orientation != 1 && settings.container.orientation) set_orientation(*stream_, track_.orientation);
  set_hdr(*stream_, track_);
}

bool VideoEncoder::place(const Frame& frame) {
  const Rational to = rational(time_base_);
  std::int64_t time = end_;
  if (frame.pts != no_time) {
    std::int64_t pts = add_time(frame.pts, own_shift_);
    // The grid begins at the first frame of each stream.
    if (!phase_) phase_ = grid_ ? pts - rescale(rescale(pts, track_.time_base, to), to, track_.time_base) : 0;
    pts = subtract_time(pts, *phase_);
    time = rescale(pts, track_.time_base, to);
    if (grid_ && compare_times(time, to, pts, track_.time_base) != 0) ++moved_;
    time += shift_;
  }
  if (last_ != AV_NOPTS_VALUE && time <= last_) {
    ++left_out_;
    return false;
  }
  std::int64_t duration =
      frame.duration > 0 ? rescale(frame.duration, track_.time_base, to) : av_rescale_q(1, av_inv_q(rate_), time_base_);
  if (grid_) {
    last_is_longer_ = duration > 1;
    duration = 1;
  }
  last_ = time;
  end_ = time + std::max<std::int64_t>(duration, 1);
  durations_[time] = duration;
  return true;
}

void VideoEncoder::begin_frame(const Frame& frame) {
  open_ = (frame.flags & frame_flag::hidden) == 0 && place(frame);
  if (!open_) return;
  frame_ = pool_->get();
  frame_->pts = last_;
  set_color(*frame_, pixels_.rows.color);
  frame_->sample_aspect_ratio = encoder_->sample_aspect_ratio;
  const bool woven = track_.fields == Fields::Top || track_.fields == Fields::Bottom;
  frame_->interlaced_frame = woven || (frame.flags & frame_flag::interlaced) != 0 ? 1 : 0;
  frame_->top_field_first = track_.fields == Fields::Top || (frame.flags & frame_flag::top_first) != 0 ? 1 : 0;
  frame_damaged_ = (frame.flags & frame_flag::damaged) != 0;
}

std::optional<Strip> VideoEncoder::room_for(const wire::RowsPrefix& rows) {
  if (!open_ || !steps_.empty()) return std::nullopt;
  return pool_->place(rows.first, rows.rows, *frame_);
}

void VideoEncoder::rows(const Strip& strip) {
  if (!open_) return;
  frame_damaged_ = frame_damaged_ || strip.damaged;
  steps_.push(strip, [this](const Strip& some) { store(some); });
}

void VideoEncoder::store(const Strip& strip) {
  pool_->copy(strip, *frame_);
  if (!strip.last) return;
  open_ = false;
  if (frame_damaged_) ++damaged_;
  if (key_frame_ && key_frame_(last_, time_base_)) frame_->pict_type = AV_PICTURE_TYPE_I;
  encode(frame_.get());
  frame_.reset();
}

void VideoEncoder::encode(AVFrame* frame) {
  encoder_.send(frame, muxer_.name());
  drain(encoder_, *packet_, *stream_, muxer_, [this](AVPacket& packet) {
    const auto known = durations_.find(packet.pts);
    if (known == durations_.end()) return;
    packet.duration = known->second;
    durations_.erase(known);
  });
}

void VideoEncoder::finish() {
  encode(nullptr);
  const auto report = [this](std::uint64_t count, const std::string& what) {
    if (count != 0) warn(muxer_.name() + ": " + std::to_string(count) + (count == 1 ? " frame " : " frames ") + what);
  };
  report(damaged_, "with damage");
  report(moved_, "moved to the constant rate of " + std::to_string(rate_.num) + "/" + std::to_string(rate_.den) +
                     ", as the container has no other");
  report(left_out_, "left out: not later than the frame before");
  if (last_is_longer_) LostFacts(muxer_.name(), extension_).report("the time of the last picture");
}

Chain VideoEncoder::first_steps(const Track& track) const {
  return turns_ ? sl::upright_steps(track, background_) : Chain(track);
}

bool VideoEncoder::can_continue_with(const Track& track) const {
  return track.is_raw_video() && same_samples(track, track_);
}

bool VideoEncoder::change_to(const Track& track) {
  if (can_continue_with(track)) return true;
  if (!track.is_raw_video() || (!turns_ && track.orientation != track_.orientation)) return false;
  Chain steps = first_steps(track);
  if (steps.track().width != upright_.width || steps.track().height != upright_.height) return false;
  upright_ = steps.track();
  steps.convert_to(pixels_.rows, background_);
  steps_ = std::move(steps);
  track_ = track;
  return true;
}

void VideoEncoder::start_at(const Track& track, MediaTime start) {
  track_.time_base = track.time_base;
  phase_.reset();
  const bool exact = rational(start.base) == track.time_base;
  own_shift_ = exact ? start.ticks : 0;
  shift_ = exact ? 0 : av_rescale_q_rnd(start.ticks, start.base, time_base_, AV_ROUND_UP);
}

MediaTime VideoEncoder::end() const { return {end_, time_base_}; }

}  // namespace sl::av
