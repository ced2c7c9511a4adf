// Times are moved; samples to cut are the packet's side data, which decoders of FFmpeg know.

#include "formats/av/read/sound_edges.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "libcore/base/endian.h"

namespace sl::av {

namespace {

// Codecs whose last packet is as long as the others, padded.
bool pads_last_packet(AVCodecID codec) {
  constexpr std::array codecs{AV_CODEC_ID_AAC, AV_CODEC_ID_MP2,  AV_CODEC_ID_MP3,
                              AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_OPUS};
  return std::ranges::find(codecs, codec) != codecs.end();
}

// Cut so many samples off the end of the packet (AV_PKT_DATA_SKIP_SAMPLES: u32 at the start, u32 at the end, u8, u8).
void cut_end(AVPacket& packet, std::uint32_t samples) {
  constexpr std::size_t size = 10;
  std::size_t has = 0;
  std::uint8_t* data = av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &has);
  if (data == nullptr || has < size) {
    data = av_packet_new_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, size);
    check_allocated(data);
    std::fill_n(data, size, std::uint8_t{0});
  }
  store_le(data + 4, samples);
}

}  // namespace

void SoundEdges::open(AVFormatContext& context) {
  context_ = &context;
  const std::string_view format = context.iformat->name;
  is_mp3_ = format == "mp3";
  is_mov_ = format.starts_with("mov,mp4");
  longest_.clear();
}

void SoundEdges::apply(AVPacket& packet) {
  const AVStream& stream = *context_->streams[packet.stream_index];
  const AVCodecParameters& codec = *stream.codecpar;
  if (codec.codec_type != AVMEDIA_TYPE_AUDIO) return;
  if (is_mp3_ && stream.start_time > 0 && packet.pts != AV_NOPTS_VALUE) {
    packet.pts -= stream.start_time;
    if (packet.dts != AV_NOPTS_VALUE) packet.dts -= stream.start_time;
  }
  if (!is_mov_) return;
  std::int64_t& longest = longest_[packet.stream_index];
  // FFmpeg does not count the empty time before late sound, and so takes its last packets for ones after the end.
  const AVIndexEntry* const first = avformat_index_get_entry(context_->streams[packet.stream_index], 0);
  const bool timed = stream.duration > 0 && packet.dts != AV_NOPTS_VALUE;
  const bool beyond = timed && first != nullptr && packet.dts >= stream.duration;
  const std::int64_t rest = timed ? (beyond ? first->timestamp : 0) + stream.duration - packet.dts : 0;
  if (beyond && rest > 0 && rest < longest) packet.duration = rest;
  if (beyond && packet.duration <= 0) packet.duration = longest;
  if (!pads_last_packet(codec.codec_id) || packet.duration <= 0) return;
  longest = std::max(longest, packet.duration);
  const bool in_samples = stream.time_base.num == 1 && stream.time_base.den == codec.sample_rate;
  const bool is_last = timed && rest <= packet.duration;
  if (in_samples && is_last && packet.duration < longest && longest < codec.sample_rate) {
    cut_end(packet, static_cast<std::uint32_t>(longest - packet.duration));
  }
}

}  // namespace sl::av
