// Text to FFmpeg's common form, which is ASS's, and from there to the container's.

#include "formats/av/encode/text_track.h"

#include <algorithm>
#include <cstring>

#include "formats/av/stream_track.h"
#include "libcore/base/report.h"

namespace sl::av {

namespace {

constexpr std::size_t max_text = std::size_t{1} << 20;

CodecPtr open(const AVCodec* codec, const std::string& name, const auto& prepare) {
  CodecPtr context(avcodec_alloc_context3(codec));
  check_allocated(context.get());
  prepare(*context);
  const int code = avcodec_open2(context.get(), codec, nullptr);
  if (code < 0) throw av_failure(code, name, std::string("subtitles as ") + codec->name);
  return context;
}

}  // namespace

std::optional<AVCodecID> TextTrack::form_in(const Muxer& muxer, const Track& track) {
  const AVCodecDescriptor* codec = avcodec_descriptor_get_by_name(track.codec.c_str());
  if (codec == nullptr || codec->type != AVMEDIA_TYPE_SUBTITLE || (codec->props & AV_CODEC_PROP_TEXT_SUB) == 0 ||
      avcodec_find_decoder(codec->id) == nullptr) {
    return std::nullopt;
  }
  for (const AVCodecID form : {AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_SUBRIP, AV_CODEC_ID_WEBVTT}) {
    if (muxer.holds(form)) return form;
  }
  return std::nullopt;
}

TextTrack::TextTrack(const FilmSettings& settings, Muxer& muxer, const Track& track,
                     const std::vector<Attachment>& attached)
    : muxer_(muxer), track_(track), time_base_(av_rational(track.time_base)) {
  const ParametersPtr given = parameters_of(track, attached, muxer.name());
  from_ = open(avcodec_find_decoder(given->codec_id), muxer.name(), [&](AVCodecContext& context) {
    check_allocated(avcodec_parameters_to_context(&context, given.get()));
    context.pkt_timebase = time_base_;
  });
  to_ = open(avcodec_find_encoder(form_in(muxer, track).value()), muxer.name(), [&](AVCodecContext& context) {
    context.time_base = {1, 1000};
    const auto size = static_cast<std::size_t>(from_->subtitle_header_size);  // the styles of ASS
    context.subtitle_header = static_cast<std::uint8_t*>(av_mallocz(size + 1));
    check_allocated(context.subtitle_header);
    if (size != 0) std::memcpy(context.subtitle_header, from_->subtitle_header, size);
    context.subtitle_header_size = static_cast<int>(size);
  });
  warn(muxer.name() + ": subtitles are written as " + to_->codec->name + " instead of " + track.codec +
       ": text and times stay, styles may be lost");
  stream_ = &muxer.add_stream(track, settings.keep_metadata);
  stream_->time_base = time_base_for(to_->codec_id, time_base_);
  check_allocated(avcodec_parameters_from_context(stream_->codecpar, to_.get()));
}

void TextTrack::begin_frame(const Frame& frame) {
  frame_ = frame;
  gathered_.clear();
}

void TextTrack::bytes(std::span<std::byte> piece, bool last) {
  if (gathered_.size() + piece.size() > max_text) {
    throw Error(Status::Limit, muxer_.name() + ": a subtitle of more than 1 MiB (nothing raises the limit)");
  }
  gathered_.insert(gathered_.end(), piece.begin(), piece.end());
  if (last) convert();
}

void TextTrack::convert() {
  if (frame_.pts == no_time) throw Error(Status::Data, muxer_.name() + ": a subtitle without a time");
  const auto packet_of = [this](const void* text, std::size_t size) {
    PacketPtr packet = new_packet();
    check_allocated(av_new_packet(packet.get(), static_cast<int>(size)));
    std::memcpy(packet->data, text, size);
    packet->pts = packet->dts = frame_.pts + shift_;
    packet->duration = std::max<std::int64_t>(frame_.duration, 0);
    packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
  };
  AVSubtitle subtitle{};
  const std::unique_ptr<AVSubtitle, decltype(&avsubtitle_free)> owner(&subtitle, &avsubtitle_free);
  const PacketPtr coded = packet_of(gathered_.data(), gathered_.size());
  int got = 0;
  int code = avcodec_decode_subtitle2(from_.get(), &subtitle, &got, coded.get());
  if (code < 0) throw av_failure(code, muxer_.name(), "a subtitle of " + track_.codec);
  if (got == 0 || subtitle.num_rects == 0) return;
  std::vector<std::byte> text(2 * max_text);
  code = avcodec_encode_subtitle(to_.get(), reinterpret_cast<std::uint8_t*>(text.data()), static_cast<int>(text.size()),
                                 &subtitle);
  if (code < 0) throw av_failure(code, muxer_.name(), std::string("a subtitle as ") + to_->codec->name);
  if (code == 0) return;
  const PacketPtr packet = packet_of(text.data(), static_cast<std::size_t>(code));
  end_ = std::max(end_, packet->pts + packet->duration);
  muxer_.write(*packet, *stream_, time_base_);
}

bool TextTrack::can_continue_with(const Track& track) const {
  return track.codec == track_.codec && track.time_base == track_.time_base;
}

void TextTrack::start_at(const Track&, MediaTime start) {
  shift_ = av_rescale_q_rnd(start.ticks, start.base, time_base_, AV_ROUND_UP);
}

}  // namespace sl::av
