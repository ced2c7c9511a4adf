// AVPacket to FRAME and BYTES, for encoders.

#include "formats/av/encode/wire_sink.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "formats/av/packet_extras.h"
#include "formats/av/stream_track.h"
#include "libcore/base/json.h"
#include "libcore/base/times.h"
#include "libcore/media/attachment.h"
#include "libcore/wire/writer.h"

namespace sl::av {

WireSink::WireSink(Writer& out, std::string name)
    : out_(out), name_(std::move(name)), context_(avformat_alloc_context()) {
  check_allocated(context_);
}

WireSink::~WireSink() { avformat_free_context(context_); }

AVStream& WireSink::add_stream(const Track& /*track*/, bool /*keep_metadata*/) {
  AVStream* const stream = avformat_new_stream(context_, nullptr);
  check_allocated(stream);
  streams_[stream->index].stream = stream;
  return *stream;
}

void WireSink::announce(std::uint16_t number, const Track& samples) {
  Stream& added = streams_.rbegin()->second;
  const AVCodecParameters& codec = *added.stream->codecpar;
  added.number = number;
  added.track = packets_track(samples, *added.stream);
  out_.track(number, added.track);
  if (codec.extradata_size == 0) return;
  const auto* bytes = reinterpret_cast<const char*>(codec.extradata);
  out_.attachment(number, {"extradata", std::string(bytes, static_cast<std::size_t>(codec.extradata_size)), 0});
}

void WireSink::expect(std::uint16_t number, const Frame& frame) {
  for (auto& [index, stream] : streams_) {
    if (stream.number == number) stream.expected.push_back(frame);
  }
}

// A packet of a picture has its time; a picture without one is the first that waits. Others that were given before it
// had no packet: the encoder left them out.
Frame WireSink::head_of(Stream& stream, const AVPacket& packet, AVRational time_base) const {
  const auto ticks = [&](std::int64_t time) {
    return time == AV_NOPTS_VALUE ? no_time : rescale(time, rational(time_base), stream.track.time_base);
  };
  Frame head;
  if (stream.track.kind == Kind::Video) {
    const auto own = std::ranges::find(stream.expected, ticks(packet.pts), &Frame::pts);
    if (own != stream.expected.end()) stream.expected.erase(stream.expected.begin(), own);
    if (!stream.expected.empty()) {
      head = std::move(stream.expected.front());
      stream.expected.pop_front();
    }
    head.flags &= ~frame_flag::key;
  } else {
    head.number = stream.next++;
    head.pts = ticks(packet.pts);
    if (packet.duration > 0) head.duration = ticks(packet.duration);
    head.flags = 0;
    head.metadata = metadata_of(packet);
    const int padding = stream.stream->codecpar->initial_padding;
    if (head.number == 0 && padding > 0 && head.metadata.empty()) {
      head.metadata = write_json({{"trim", {padding, 0}}});  // what the encoder put before the first sample
    }
  }
  if (head.pts != no_time) head.dts = ticks(packet.dts);
  if ((packet.flags & AV_PKT_FLAG_KEY) != 0) head.flags |= frame_flag::key;
  return head;
}

void WireSink::write(AVPacket& packet, AVStream& stream, AVRational time_base) {
  Stream& to = streams_.at(stream.index);
  if (packet.size != 0) {
    out_.frame(to.number, head_of(to, packet, time_base));
    out_.bytes(to.number, {reinterpret_cast<const std::byte*>(packet.data), static_cast<std::size_t>(packet.size)},
               true);
  }
  av_packet_unref(&packet);
}

}  // namespace sl::av
