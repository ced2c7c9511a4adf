// TRACK with a codec, `extradata` and BYTES to a stream's parameters and packets.

#include "formats/av/encode/packet_track.h"

#include <algorithm>
#include <cstring>

#include "formats/av/av_tags.h"
#include "formats/av/hdr.h"
#include "formats/av/packet_extras.h"
#include "formats/av/stream_track.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/wire/attachments.h"

namespace sl::av {

namespace {

AVMediaType type_of(const Track& track) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get_by_name(track.codec.c_str());
  return descriptor == nullptr ? AVMEDIA_TYPE_UNKNOWN : descriptor->type;
}

// Each container has its own tags; 0 is its usual one. MP4 and MOV have two for HEVC: hvc1 promises that parameter sets
// are in the header alone, as in other containers that have such a header, and Apple's players know no other.
std::uint32_t tag_in(const FilmContainer& container, const AVCodecParameters& from) {
  constexpr std::uint32_t hev1 = MKTAG('h', 'e', 'v', '1'), hvc1 = MKTAG('h', 'v', 'c', '1');
  if (from.codec_id != AV_CODEC_ID_HEVC || !container.fragmented || from.codec_tag == hev1) return 0;
  return from.extradata_size > 0 && from.extradata[0] == 1 ? hvc1 : 0;
}

}  // namespace

bool PacketTrack::is_packets(const Track& track) {
  return track.codec != "raw" && type_of(track) != AVMEDIA_TYPE_UNKNOWN;
}

bool PacketTrack::fits(const PacketSink& muxer, const Track& track) {
  return muxer.holds(avcodec_descriptor_get_by_name(track.codec.c_str())->id);
}

PacketTrack::PacketTrack(const FilmSettings& settings, PacketSink& muxer, const Track& track,
                         const std::vector<Attachment>& attached)
    : muxer_(muxer), track_(track), time_base_(av_rational(track.time_base)) {
  const AVCodecDescriptor& codec = *avcodec_descriptor_get_by_name(track.codec.c_str());
  if (!fits(muxer, track)) {
    throw Error(Status::Data, muxer.name() + ": ." + std::string(settings.container.extension) + " cannot hold " +
                                  codec.name + "; without --packets it is encoded again");
  }
  stream_ = &muxer.add_stream(track, settings.keep_metadata);
  stream_->time_base = time_base_for(codec.id, time_base_);
  if (media_type(codec.id) == AVMEDIA_TYPE_ATTACHMENT) {  // Matroska takes none without a name
    av_dict_set(&stream_->metadata, "filename", codec.name, AV_DICT_DONT_OVERWRITE);
  }
  set_parameters(settings, attached);
  if (codec.id == AV_CODEC_ID_VP9 && settings.container.fragmented && stream_->codecpar->format == AV_PIX_FMT_NONE) {
    throw Error(Status::Data, muxer.name() + ": the track has no pixel format, which ." +
                                  std::string(settings.container.extension) + " needs for vp9");
  }
  if (track.orientation != 1) set_orientation(*stream_, track.orientation);
  set_hdr(*stream_, track);
  if (has_alpha_stream(track) && settings.container.alpha) av_dict_set(&stream_->metadata, "alpha_mode", "1", 0);
  extension_ = "." + std::string(settings.container.extension);
  muxer_name_ = settings.container.muxer;
  hides_frames_ = settings.container.fragmented;
}

void PacketTrack::set_parameters(const FilmSettings& settings, const std::vector<Attachment>& attached) {
  const ParametersPtr given = parameters_of(track_, attached, muxer_.name());
  AVCodecParameters& parameters = *stream_->codecpar;
  check_allocated(avcodec_parameters_copy(&parameters, given.get()));
  parameters.codec_tag = tag_in(settings.container, parameters);
  if (track_.kind == Kind::Video) {
    stream_->sample_aspect_ratio = parameters.sample_aspect_ratio;
    if (track_.rate.num != 0) stream_->avg_frame_rate = av_rational(track_.rate);
  } else if (track_.kind == Kind::Audio) {
    // Opus has the padding before the first sample in its header (RFC 7845, 5.1).
    if (parameters.codec_id == AV_CODEC_ID_OPUS && parameters.extradata_size >= 12) {
      parameters.initial_padding = parameters.extradata[10] | parameters.extradata[11] << 8;
    }
    // In other fragmented sound, the packets state which samples to skip.
    if (parameters.codec_id != AV_CODEC_ID_OPUS && settings.container.fragmented) parameters.initial_padding = 0;
    if (parameters.codec_id == AV_CODEC_ID_AAC) parameters.frame_size = 1024;
    if (parameters.codec_id == AV_CODEC_ID_MP3) parameters.frame_size = parameters.sample_rate < 32000 ? 576 : 1152;
  }
}

void PacketTrack::attach(const std::vector<Attachment>& attached) {
  attached_.clear();
  std::ranges::copy_if(attached, std::back_inserter(attached_), is_one_shot);
}

void PacketTrack::begin_frame(const Frame& frame) {
  frame_ = frame;
  gathered_.clear();
  if ((frame.flags & frame_flag::hidden) != 0) ++hidden_;
}

void PacketTrack::bytes(std::span<std::byte> piece, bool last) {
  check_memory(muxer_.name(), gathered_.size() + piece.size(), "a packet");
  gathered_.insert(gathered_.end(), piece.begin(), piece.end());
  if (!last) return;
  PacketPtr packet = gathered_packet();
  if (packet->pts != AV_NOPTS_VALUE) end_ = std::max(end_, packet->pts + packet->duration);
  constexpr std::size_t most = 64;
  const bool known = packet->dts != AV_NOPTS_VALUE;
  if (known && held_.empty()) return muxer_.write(*packet, *stream_, time_base_);
  held_.push_back(std::move(packet));
  if (known || held_.size() == most || track_.kind != Kind::Video) write_held();
}

PacketPtr PacketTrack::gathered_packet() {
  const auto shifted = [this](std::int64_t time) { return time == no_time ? AV_NOPTS_VALUE : time + shift_; };
  PacketPtr packet = new_packet();
  if (gathered_.size() > 0x7fffff00 || av_new_packet(packet.get(), static_cast<int>(gathered_.size())) < 0) {
    throw Error(Status::Resources, "out of memory");
  }
  std::memcpy(packet->data, gathered_.data(), gathered_.size());
  packet->pts = shifted(frame_.pts);
  packet->dts = shifted(frame_.dts);
  packet->duration = frame_.duration == no_time ? 0 : frame_.duration;
  if ((frame_.flags & frame_flag::key) != 0) packet->flags |= AV_PKT_FLAG_KEY;
  if ((frame_.flags & frame_flag::hidden) != 0) packet->flags |= AV_PKT_FLAG_DISCARD;
  add_extras(*packet, frame_, attached_);
  const Trim trim = trim_of(frame_);
  trimmed_start_ += trim.start;
  trimmed_end_ += trim.end;
  return packet;
}

// Times of decoding must rise, and none may follow its time of display. If the last held packet has one, count back
// from it. If none has, take the times of display in order, shifted by the longest delay between decoding and display.
void PacketTrack::write_held() {
  if (held_.empty()) return;
  const AVPacket& last = *held_.back();
  const std::int64_t step = std::max<std::int64_t>(last.duration, 1);
  if (last.dts != AV_NOPTS_VALUE) {
    for (std::size_t i = held_.size() - 1; i-- > 0;) held_[i]->dts = held_[i + 1]->dts - step;
  } else {
    std::vector<std::int64_t> times;
    for (const PacketPtr& packet : held_) times.push_back(packet->pts);
    std::ranges::sort(times);
    std::int64_t early = 0;
    for (std::size_t i = 0; i < times.size(); ++i) early = std::max(early, times[i] - held_[i]->pts);
    for (std::size_t i = 0; i < times.size(); ++i) held_[i]->dts = times[i] - early;
  }
  for (const PacketPtr& packet : held_) muxer_.write(*packet, *stream_, time_base_);
  held_.clear();
}

// MP3 has its padding in a header, Opus the start in a header and the end in Ogg's and Matroska's times. (Other codecs
// lose at most the start that every decoder warms up by.)
void PacketTrack::report_untrimmed() const {
  const AVCodecID codec = stream_->codecpar->codec_id;
  const bool mp3 = codec == AV_CODEC_ID_MP3, opus = codec == AV_CODEC_ID_OPUS;
  const bool matroska = muxer_name_ == "matroska" || muxer_name_ == "webm";
  const bool ogg = muxer_name_ == "ogg" || muxer_name_ == "opus";
  const bool holds_start = mp3 ? muxer_name_ == "mp3" : opus ? matroska || ogg : true;
  const bool holds_end = mp3 ? muxer_name_ == "mp3" || matroska : opus ? matroska || ogg : true;
  const std::uint64_t samples = (holds_start ? 0 : trimmed_start_) + (holds_end ? 0 : trimmed_end_);
  if (samples == 0) return;
  warn(muxer_.name() + ": left out: that " + std::to_string(samples) + " samples of padding are not sound (" +
       extension_ + " cannot hold it)");
}

void PacketTrack::finish() {
  write_held();
  report_untrimmed();
  if (hidden_ == 0 || hides_frames_ || track_.kind != Kind::Video) return;
  warn(muxer_.name() + ": " + std::to_string(hidden_) + " frames that were not shown are shown now: " + extension_ +
       " cannot hide them; without --packets they are left out");
}

bool PacketTrack::can_continue_with(const Track& track) const {
  return track.codec == track_.codec && track.width == track_.width && track.height == track_.height &&
         track.sample_rate == track_.sample_rate && track.channels == track_.channels &&
         track.time_base == track_.time_base;
}

void PacketTrack::start_at(const Track&, MediaTime start) {
  shift_ = av_rescale_q_rnd(start.ticks, start.base, time_base_, AV_ROUND_UP);
}

MediaTime PacketTrack::end() const { return {end_, time_base_}; }

}  // namespace sl::av
