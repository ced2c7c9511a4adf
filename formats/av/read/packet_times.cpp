// Putting packets in the order of display, and counting.

#include "formats/av/read/packet_times.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "libcore/base/times.h"

namespace sl::av {

namespace {

constexpr std::size_t max_reordered = 16;  // pictures that an H.264 or HEVC decoder may keep
constexpr std::size_t max_places = 1 << 20;

bool is_ordered_codec(AVCodecID codec, bool is_raw) {
  const bool is_mpeg = codec == AV_CODEC_ID_MPEG1VIDEO || codec == AV_CODEC_ID_MPEG2VIDEO;
  return codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC || (is_raw && is_mpeg);
}

// The temporal reference in the first picture header of the packet (ISO/IEC 13818-2, 6.3.9); nothing without one.
std::optional<int> temporal_reference(const AVPacket& packet) {
  for (int i = 0; i + 6 <= packet.size; ++i) {
    const std::uint8_t* at = packet.data + i;
    if (at[0] == 0 && at[1] == 0 && at[2] == 1 && at[3] == 0) return at[4] << 2 | at[5] >> 6;
  }
  return std::nullopt;
}

}  // namespace

// One stream of H.264 or HEVC.
class PacketTimes::Order {
 public:
  // `step` is the duration of a picture in ticks to count the packets; 0: to add the packets' own durations;
  // nothing: they have times of decoding.
  Order(const AVStream& stream, std::optional<std::int64_t> step)
      : step_(step),
        delay_(stream.codecpar->video_delay),
        is_mpeg_(stream.codecpar->codec_id == AV_CODEC_ID_MPEG1VIDEO ||
                 stream.codecpar->codec_id == AV_CODEC_ID_MPEG2VIDEO),
        context_(new_context(*stream.codecpar)) {
    parser_.reset(av_parser_init(stream.codecpar->codec_id));
    if (parser_) parser_->flags |= PARSER_FLAG_COMPLETE_FRAMES;
  }

  void give(const AVPacket* packet, std::deque<PacketPtr>& ready) {
    if (packet == nullptr) {
      place_all();
    } else {
      PacketPtr own(av_packet_clone(packet));
      check_allocated(own.get());
      add(std::move(own));
    }
    for (; !held_.empty() && held_.front().is_placed; held_.pop_front())
      ready.push_back(std::move(held_.front().packet));
  }

  void reset(std::int64_t ts) {
    next_ = ts;
    held_.clear();
    pending_.clear();
    times_.clear();
    last_shown_ = max_shown_ = std::numeric_limits<int>::min();
  }

  [[nodiscard]] const std::map<std::int64_t, std::int64_t>& keys() const { return keys_; }

 private:
  struct Held {
    PacketPtr packet;
    bool is_placed = false;
  };
  struct CloseParser {
    void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
  };

  // The count by which pictures are shown; greater than all before it if unknown.
  int order_of(const AVPacket& packet) {
    const int unknown = std::max(max_shown_, 0) + 1;
    if (is_mpeg_) return temporal_reference(packet).value_or(unknown);
    if (!parser_) return unknown;
    std::uint8_t* out = nullptr;
    int size = 0;
    parser_->output_picture_number = std::numeric_limits<int>::max();
    av_parser_parse2(parser_.get(), context_.get(), &out, &size, packet.data, packet.size, AV_NOPTS_VALUE,
                     AV_NOPTS_VALUE, -1);
    const int order = parser_->output_picture_number;
    return order == std::numeric_limits<int>::max() ? unknown : order;
  }

  void add(PacketPtr packet) {
    const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    const int order = order_of(*packet);
    // The counts start again at each full restart of the decoder.
    if ((key && order <= max_shown_) || order < last_shown_) {
      place_all();
      last_shown_ = max_shown_ = std::numeric_limits<int>::min();
    }
    if (step_) {
      packet->dts = next_;
      if (*step_ > 0) packet->duration = *step_;
      next_ = add_time(next_, std::max<std::int64_t>(packet->duration, 1));
      if (key && packet->pos >= 0 && keys_.size() < max_places) keys_.emplace(packet->dts, packet->pos);
    }
    if (!times_.empty() && packet->dts > times_.back()) shortest_ = std::min(shortest_, packet->dts - times_.back());
    times_.push_back(packet->dts);
    max_shown_ = std::max(max_shown_, order);
    pending_.insert({order, given_++});
    held_.push_back({std::move(packet)});
    if (pending_.size() > (delay_ > 0 ? max_reordered : 0)) place();
  }

  // The next picture to show takes the next time.
  void place() {
    const auto [order, index] = *pending_.begin();
    pending_.erase(pending_.begin());
    Held& held = held_.at(static_cast<std::size_t>(index - (given_ - held_.size())));
    AVPacket& packet = *held.packet;
    const std::int64_t decoded = packet.dts, length = shortest_ == no_length ? packet.duration : shortest_;
    packet.pts = times_.front();
    times_.pop_front();
    if (!step_ && length > 0)
      packet.duration = times_.empty() ? length : std::max<std::int64_t>(times_.front() - packet.pts, 1);
    packet.dts = std::min(subtract_time(decoded, delay_ * std::max<std::int64_t>(length, 1)), packet.pts);
    last_shown_ = order;
    held.is_placed = true;
  }

  void place_all() {
    while (!pending_.empty()) place();
  }

  static constexpr std::int64_t no_length = std::numeric_limits<std::int64_t>::max();
  std::optional<std::int64_t> step_;
  int delay_;
  bool is_mpeg_;
  CodecPtr context_;
  std::unique_ptr<AVCodecParserContext, CloseParser> parser_;
  std::int64_t next_ = 0, shortest_ = no_length;
  std::deque<Held> held_;                            // in the order of decoding
  std::uint64_t given_ = 0;                          // packets so far
  std::set<std::pair<int, std::uint64_t>> pending_;  // not placed yet: order of display, number
  std::deque<std::int64_t> times_;                   // that they take
  int last_shown_ = std::numeric_limits<int>::min(), max_shown_ = last_shown_;
  std::map<std::int64_t, std::int64_t> keys_;  // positions by times of decoding
};

bool PacketTimes::is_raw(const AVFormatContext& context) {
  // Demuxers of raw video let their rate be set.
  return context.iformat->priv_class != nullptr &&
         av_opt_find(context.priv_data, "framerate", nullptr, 0, 0) != nullptr;
}

void PacketTimes::open(AVFormatContext& context, const std::string& name) {
  context_ = &context;
  orders_.clear();
  ready_.clear();
  is_raw_ = is_raw(context);
  if (!is_raw_ && rate_) {
    throw Error(Status::Usage, name + ": has times: --rate is for raw streams; sl-rate and sl-speed change a film's");
  }
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    AVStream& stream = *context.streams[i];
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && is_raw_ && rate_)
      stream.avg_frame_rate = av_rational(*rate_);
    // FFmpeg would take the times of decoding for those of display.
    if (is_ordered_codec(stream.codecpar->codec_id, is_raw_)) context.flags &= ~AVFMT_FLAG_GENPTS;
  }
}

void PacketTimes::give(AVPacket* packet) {
  if (packet == nullptr) {
    for (const auto& [stream, order] : orders_) {
      if (order) order->give(nullptr, ready_);
    }
    return;
  }
  const AVStream& stream = *context_->streams[packet->stream_index];
  const auto [found, is_first] = orders_.try_emplace(packet->stream_index);
  const bool lacks_times = is_raw_ || (packet->pts == AV_NOPTS_VALUE && packet->dts != AV_NOPTS_VALUE &&
                                       (context_->iformat->flags & AVFMT_TS_DISCONT) == 0);
  if (is_first && lacks_times && is_ordered_codec(stream.codecpar->codec_id, is_raw_)) {
    std::optional<std::int64_t> step;
    if (is_raw_) step = rate_ ? rescale(1, {rate_->den, rate_->num}, rational(stream.time_base)) : 0;
    found->second = std::make_shared<Order>(stream, step);
  }
  if (found->second) return found->second->give(packet, ready_);
  PacketPtr own = new_packet();
  av_packet_move_ref(own.get(), packet);
  if (is_raw_ && rate_ && stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO) scale(*own);
  ready_.push_back(std::move(own));
}

void PacketTimes::scale(AVPacket& packet) {
  const Rational base = rational(context_->streams[packet.stream_index]->time_base);
  if (own_duration_ == 0) own_duration_ = std::max<std::int64_t>(packet.duration, 1);
  const auto scaled = [&](std::int64_t& time) {
    if (time != AV_NOPTS_VALUE) time = rescale(time, {rate_->den, rate_->num * own_duration_}, base);
  };
  scaled(packet.pts);
  scaled(packet.dts);
  scaled(packet.duration);
}

bool PacketTimes::take(AVPacket& packet) {
  if (ready_.empty()) return false;
  av_packet_move_ref(&packet, ready_.front().get());
  ready_.pop_front();
  return true;
}

void PacketTimes::reset(std::int64_t ts) {
  ready_.clear();
  for (const auto& [stream, order] : orders_) {
    if (order) order->reset(ts);
  }
}

std::optional<PacketTimes::Place> PacketTimes::place_before(std::int64_t ts) const {
  const auto found = std::ranges::find_if(orders_, [](const auto& entry) { return entry.second != nullptr; });
  if (!is_raw_ || found == orders_.end()) return std::nullopt;
  const auto& keys = found->second->keys();
  const auto after = keys.upper_bound(ts);
  if (after == keys.begin()) return Place{0, 0};
  const auto& [time, position] = *std::prev(after);
  return Place{time, position};
}

}  // namespace sl::av
