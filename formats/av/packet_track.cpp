// TRACK with a codec, `extradata` and BYTES to a stream's parameters and packets.

#include "formats/av/packet_track.h"

#include <algorithm>
#include <cstring>

#include "formats/av/av_tags.h"
#include "libcore/limits.h"

namespace sl::av {

namespace {

AVMediaType type_of(const Track& track) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get_by_name(track.codec.c_str());
  return descriptor == nullptr ? AVMEDIA_TYPE_UNKNOWN : descriptor->type;
}

}  // namespace

bool PacketTrack::is_packets(const Track& track) {
  return track.codec != "raw" && type_of(track) != AVMEDIA_TYPE_UNKNOWN;
}

PacketTrack::PacketTrack(const FilmSettings& settings, Muxer& muxer, const Track& track,
                         const std::vector<Attachment>& attached)
    : muxer_(muxer), track_(track), time_base_(av_rational(track.time_base)), packet_(new_packet()) {
  const AVCodecDescriptor& codec = *avcodec_descriptor_get_by_name(track.codec.c_str());
  if (!muxer.holds(codec.id)) {
    throw Error(Status::Data, muxer.name() + ": ." + std::string(settings.container.extension) + " cannot hold " +
                                  codec.name + "; without --packets it is encoded anew");
  }
  stream_ = &muxer.add_stream(track, settings.keep_metadata);
  stream_->time_base = time_base_;
  stream_->codecpar->codec_type = codec.type;
  stream_->codecpar->codec_id = codec.id;
  set_parameters(attached);
  if (track.orientation != 1) set_orientation(*stream_, track.orientation);
  set_hdr(*stream_, track);
}

void PacketTrack::set_parameters(const std::vector<Attachment>& attached) {
  AVCodecParameters& parameters = *stream_->codecpar;
  const auto extra = std::ranges::find(attached, "extradata", &Attachment::name);
  if (extra != attached.end()) {
    const std::size_t size = extra->bytes.size();
    parameters.extradata = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
    if (parameters.extradata == nullptr) throw Error(Status::Resources, "out of memory");
    std::memcpy(parameters.extradata, extra->bytes.data(), size);
    parameters.extradata_size = static_cast<int>(size);
  }
  if (track_.kind == Kind::Video) {
    parameters.width = static_cast<int>(track_.width);
    parameters.height = static_cast<int>(track_.height);
    if (track_.pixels != nullptr) parameters.format = av_format(*track_.pixels);
    const AvColor color = av_color(track_.color);
    parameters.color_primaries = color.primaries;
    parameters.color_trc = color.transfer;
    parameters.color_space = color.matrix;
    parameters.color_range = color.range;
    parameters.chroma_location = color.chroma;
    if (track_.sample_aspect.num != 0) parameters.sample_aspect_ratio = av_rational(track_.sample_aspect);
    stream_->sample_aspect_ratio = parameters.sample_aspect_ratio;
    if (track_.rate.num != 0) stream_->avg_frame_rate = av_rational(track_.rate);
  } else if (track_.kind == Kind::Audio) {
    parameters.sample_rate = static_cast<int>(track_.sample_rate);
    if (track_.layout.empty() || av_channel_layout_from_string(&parameters.ch_layout, track_.layout.c_str()) < 0) {
      if (track_.channels != 0) av_channel_layout_default(&parameters.ch_layout, static_cast<int>(track_.channels));
    }
    // What sits in front of the first sample: Opus tells it in its header (RFC 7845, 5.1).
    if (parameters.codec_id == AV_CODEC_ID_OPUS && parameters.extradata_size >= 12) {
      parameters.initial_padding = parameters.extradata[10] | parameters.extradata[11] << 8;
    }
    if (parameters.codec_id == AV_CODEC_ID_AAC) parameters.frame_size = 1024;
    if (parameters.codec_id == AV_CODEC_ID_MP3) parameters.frame_size = parameters.sample_rate < 32000 ? 576 : 1152;
  }
}

void PacketTrack::begin_frame(const Frame& frame) {
  frame_ = frame;
  gathered_.clear();
}

void PacketTrack::bytes(std::span<std::byte> piece, bool last) {
  check_memory(muxer_.name(), gathered_.size() + piece.size(), "a packet");
  gathered_.insert(gathered_.end(), piece.begin(), piece.end());
  if (!last) return;
  const auto shifted = [this](std::int64_t time) { return time == no_time ? AV_NOPTS_VALUE : time + shift_; };
  if (gathered_.size() > 0x7fffff00 || av_new_packet(packet_.get(), static_cast<int>(gathered_.size())) < 0) {
    throw Error(Status::Resources, "out of memory");
  }
  std::memcpy(packet_->data, gathered_.data(), gathered_.size());
  packet_->pts = shifted(frame_.pts);
  packet_->dts = shifted(frame_.dts == no_time ? frame_.pts : frame_.dts);
  packet_->duration = frame_.duration == no_time ? 0 : frame_.duration;
  if ((frame_.flags & frame_flag::key) != 0) packet_->flags |= AV_PKT_FLAG_KEY;
  if ((frame_.flags & frame_flag::hidden) != 0) packet_->flags |= AV_PKT_FLAG_DISCARD;
  if (packet_->pts != AV_NOPTS_VALUE) end_ = std::max(end_, packet_->pts + packet_->duration);
  muxer_.write(*packet_, *stream_, time_base_);
}

bool PacketTrack::goes_on_with(const Track& track) const {
  return track.codec == track_.codec && track.width == track_.width && track.height == track_.height &&
         track.sample_rate == track_.sample_rate && track.channels == track_.channels &&
         track.time_base == track_.time_base;
}

void PacketTrack::start_at(const Track&, MediaTime start) {
  shift_ = av_rescale_q_rnd(start.ticks, start.base, time_base_, AV_ROUND_UP);
}

MediaTime PacketTrack::end() const { return {end_, time_base_}; }

}  // namespace sl::av
