// Cuts segments, fragments and parts.
//
// One muxer writes all segments of a period, so that times and counters continue as RFC 8216 (3) requires; its bytes go
// to the current segment. Fragments of MP4 last a second at most (a part, if there are parts), which bounds the memory.
//
// The target duration of a live playlist must not change (6.2.1). If compressed pictures have no key frame for longer
// than that, cut the segment between two key frames, and again at the next one. RFC 8216 only recommends that a segment
// begins with a key frame, unless EXT-X-INDEPENDENT-SEGMENTS is present, which these playlists do not have.

#include "formats/av/hls/hls_segmenter.h"

#include <algorithm>
#include <array>

#include "formats/av/hls/codec_string.h"
#include "libcore/base/report.h"
#include "libcore/media/track.h"

namespace sl::av {

namespace {

constexpr AVRational microsecond{1, 1000000}, nanosecond{1, 1000000000};
constexpr std::int64_t fragment_length = 1000000;  // µs, without parts

std::int64_t microseconds(std::int64_t ticks, AVRational base) { return av_rescale_q(ticks, base, microsecond); }

}  // namespace

HlsSegmenter::HlsSegmenter(const Place& place)
    : container_(place.container),
      rendition_(place.rendition),
      clock_(place.clock),
      grid_(place.grid),
      frame_(place.frame),
      shift_(place.shift) {
  const auto take = [this](std::span<const std::byte> bytes) {
    if (header_written_) return rendition_.write(bytes);
    init_.insert(init_.end(), bytes.begin(), bytes.end());
  };
  target_.emplace(Target::callbacks(take, {}, rendition_.name()));
  AVDictionary* options = nullptr;
  if (container_.fragmented) {
    // No edit list: the first fragment has its start time. Decoding times stay before presentation times, as FFmpeg's
    // reader places fragments with negative offsets too late.
    av_dict_set(&options, "movflags", "frag_custom+empty_moov+default_base_moof+frag_discont+skip_trailer", 0);
    av_dict_set(&options, "use_editlist", "0", 0);
    av_dict_set(&options, "strict", "experimental", 0);  // FLAC in MP4
    av_dict_set(&options, "avoid_negative_ts", "disabled", 0);
  }
  muxer_.emplace(container_, *target_, options, true);
  av_dict_free(&options);
}

HlsSegmenter::~HlsSegmenter() = default;

bool HlsSegmenter::holds(const FilmContainer& container, AVCodecID codec) {
  constexpr std::array fragments{AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1, AV_CODEC_ID_VP9,
                                 AV_CODEC_ID_AAC,  AV_CODEC_ID_MP3,  AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3,
                                 AV_CODEC_ID_OPUS, AV_CODEC_ID_FLAC};
  constexpr std::array transport{AV_CODEC_ID_H264, AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3};
  return container.fragmented ? std::ranges::find(fragments, codec) != fragments.end()
                              : std::ranges::find(transport, codec) != transport.end();
}

AVStream& HlsSegmenter::add_stream(const Track& track, bool keep_metadata) {
  Stream& stream = streams_.emplace_back();
  stream.stream = &muxer_->add_stream(track, keep_metadata);
  if (track.kind == Kind::Video) leader_ = streams_.size() - 1;
  return *stream.stream;
}

const AVCodecParameters& HlsSegmenter::leader() const { return *streams_.at(leader_).stream->codecpar; }

void HlsSegmenter::write(AVPacket& packet, AVStream& stream, AVRational time_base) {
  if (packet.size == 0 || packet.pts == AV_NOPTS_VALUE) return av_packet_unref(&packet);
  Stream& place = streams_.at(static_cast<std::size_t>(stream.index));
  place.time_base = time_base;
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
  take_adts(place, packet);
  PacketPtr own = new_packet();
  av_packet_move_ref(own.get(), &packet);
  place.waiting.push_back(std::move(own));
  release(false);
}

// Emit packets of all streams by decoding time. Wait for a stream for ten seconds of another one at most.
void HlsSegmenter::release(bool all) {
  while (true) {
    Stream* first = nullptr;
    bool complete = true;
    for (Stream& stream : streams_) {
      if (stream.waiting.empty()) {
        complete = false;
      } else if (first == nullptr || av_compare_ts(stream.waiting.front()->dts, stream.time_base,
                                                   first->waiting.front()->dts, first->time_base) < 0) {
        first = &stream;
      }
    }
    if (first == nullptr) return;
    constexpr std::int64_t max_wait = 10000000;
    const std::int64_t held = microseconds(first->waiting.back()->dts - first->waiting.front()->dts, first->time_base);
    if (!complete && !all && held < max_wait) return;
    if (!knows_parts(all)) return;
    const PacketPtr packet = std::move(first->waiting.front());
    first->waiting.pop_front();
    emit(*first, *packet);
  }
}

// All renditions have one length of parts, which depends on their frames' lengths. Wait for a rendition without frames
// for two seconds of another one at most.
bool HlsSegmenter::knows_parts(bool all) {
  const hls::Rules& rules = rendition_.rules();
  if (rules.part == 0 || part_ != 0) return true;
  const Stream& stream = streams_[leader_];
  if (!length_reported_ && !stream.waiting.empty()) {
    length_reported_ = true;
    frame_length_ = duration_of(stream, *stream.waiting.front());
    rendition_.report_frame_length(frame_length_, leader().codec_type == AVMEDIA_TYPE_VIDEO);
  }
  if (rules.part_target == 0) {
    constexpr std::int64_t max_wait = 2000000;
    const std::int64_t held =
        stream.waiting.empty()
            ? 0
            : microseconds(stream.waiting.back()->dts - stream.waiting.front()->dts, stream.time_base);
    if (!all && held < max_wait) return false;
    rendition_.choose_part_target();
  }
  choose_part();
  return true;
}

// A part has as many whole frames as fit, even if they are not punctual.
void HlsSegmenter::choose_part() {
  const hls::Rules& rules = rendition_.rules();
  part_ = rules.part_target;
  if (frame_length_ == 0) return;
  const std::int64_t frames = std::max<std::int64_t>(1, (rules.part_target + 1) / frame_length_);
  part_ = std::min(part_, frames * frame_length_ + frame_length_ / 2);
}

void HlsSegmenter::emit(Stream& stream, AVPacket& packet) {
  const bool leads = &stream == &streams_[leader_];
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  if (!header_written_) {
    if (leads && !key) {  // joined a live stream between two key frames
      ++skipped_;
      return;
    }
    write_header();
  }
  const std::int64_t shown = microseconds(packet.pts, stream.time_base);
  const std::int64_t decoded = microseconds(packet.dts, stream.time_base);
  const std::int64_t duration = duration_of(stream, packet);
  if (leads && key && timed_) key_distance_ = std::max(key_distance_, shown - last_key_);
  if (leads && key) last_key_ = shown;
  if (leads && key && grid_.crossed(av_rescale_q(packet.pts, stream.time_base, nanosecond))) {
    if (rendition_.in_segment() && timed_) end_segment(shown);
    begin_segment(stream, packet);
  } else if (leads && timed_ && decoded + reorder_ + duration - segment_start_ > rendition_.max_segment()) {
    cut_in_group(decoded + reorder_);
  } else if (!rendition_.in_segment()) {
    rendition_.begin(clock_.at(av_rescale_q(packet.pts, stream.time_base, nanosecond)));
    timed_ = false;
  }
  const std::int64_t limit = part_ != 0 ? part_ : fragment_length;
  if (leads && fragment_open_ && decoded + reorder_ + duration - fragment_start_ > limit + 1) {
    end_fragment(decoded + reorder_);
  }
  if (leads && !fragment_open_) {
    fragment_open_ = true;
    fragment_start_ = decoded + reorder_;
    fragment_independent_ = false;
  }
  fragment_independent_ = fragment_independent_ || (leads && key);
  if (leads) end_ = std::max(end_, shown + duration);
  if (stream.strip_adts && packet.size > 9) {
    const int header = (packet.data[1] & 1) != 0 ? 7 : 9;
    packet.data += header;
    packet.size -= header;
  }
  const std::int64_t shift = av_rescale_q(shift_, nanosecond, stream.time_base);
  packet.pts += shift;
  packet.dts += shift;
  muxer_->write(packet, *stream.stream, stream.time_base);
  // If another frame like this one would not fit, end the part now instead of waiting for that frame.
  if (leads && part_ != 0 && duration > 0 && decoded + reorder_ + 2 * duration - fragment_start_ > limit + 1) {
    end_fragment(decoded + reorder_ + duration);
  }
}

std::int64_t HlsSegmenter::duration_of(const Stream& stream, const AVPacket& packet) const {
  const std::int64_t duration = microseconds(packet.duration, stream.time_base);
  const std::int64_t tick = microseconds(1, stream.time_base);
  return frame_ != 0 && std::abs(duration - frame_) <= tick + 1 ? frame_ : duration;
}

void HlsSegmenter::begin_segment(Stream& stream, const AVPacket& packet) {
  const std::int64_t shown = microseconds(packet.pts, stream.time_base);
  if (!rendition_.in_segment()) rendition_.begin(clock_.at(av_rescale_q(packet.pts, stream.time_base, nanosecond)));
  if (!timed_) name_codecs(packet);
  timed_ = true;
  segment_start_ = shown;
  reorder_ = shown - microseconds(packet.dts, stream.time_base);
}

void HlsSegmenter::cut_in_group(std::int64_t at) {
  end_segment(at);
  rendition_.begin(clock_.at(at * 1000));
  segment_start_ = at;
}

void HlsSegmenter::name_codecs(const AVPacket& first) {
  // Transport streams have the sequence parameters in packets instead of a header.
  const std::span<const std::byte> packet(reinterpret_cast<const std::byte*>(first.data),
                                          static_cast<std::size_t>(first.size));
  codecs_.clear();
  for (const Stream& stream : streams_) {
    const std::string codec =
        codec_string(*stream.stream->codecpar, container_.fragmented ? std::span<const std::byte>(init_) : packet);
    if (!codec.empty()) codecs_ += (codecs_.empty() ? "" : ",") + codec;
  }
}

void HlsSegmenter::end_fragment(std::int64_t end) {
  if (!fragment_open_) return;
  if (container_.fragmented) muxer_->cut();
  fragment_open_ = false;
  // If pictures are missing, the one before lasts longer than a part may.
  if (part_ != 0) rendition_.end_part(std::min(end - fragment_start_, part_), fragment_independent_);
}

void HlsSegmenter::end_segment(std::int64_t end) {
  end_fragment(end);
  muxer_->cut();
  const bool pictures = leader().codec_type == AVMEDIA_TYPE_VIDEO;
  rendition_.end(end - segment_start_, pictures ? std::max(key_distance_, end - last_key_) : 0);
}

// AAC of transport streams has an ADTS header before each frame; MP4 has that data once (ISO/IEC 14496-3, 1.A.2).
void HlsSegmenter::take_adts(Stream& stream, const AVPacket& packet) const {
  AVCodecParameters& parameters = *stream.stream->codecpar;
  if (header_written_ || !container_.fragmented || parameters.codec_id != AV_CODEC_ID_AAC ||
      parameters.extradata_size != 0 || packet.size < 8 || packet.data[0] != 0xff || (packet.data[1] & 0xf0) != 0xf0) {
    return;
  }
  const int type = (packet.data[2] >> 6) + 1, rate = packet.data[2] >> 2 & 15;
  const int channels = (packet.data[2] & 1) << 2 | packet.data[3] >> 6;
  const std::array config{static_cast<char>(type << 3 | rate >> 1), static_cast<char>((rate & 1) << 7 | channels << 3)};
  set_extradata(parameters, {config.data(), config.size()});
  stream.strip_adts = true;
}

void HlsSegmenter::write_header() {
  muxer_->write_header();
  muxer_->flush();
  header_written_ = true;
  if (container_.fragmented) rendition_.set_map(init_);
}

void HlsSegmenter::finish() {
  release(true);
  if (rendition_.in_segment()) {
    if (timed_) {
      end_segment(std::max(end_, segment_start_));
    } else {
      rendition_.drop_segment();  // sound without pictures
    }
  }
  if (skipped_ != 0) {
    warn(rendition_.name() + ": " + std::to_string(skipped_) + " packets before the first key frame are left out");
  }
}

}  // namespace sl::av
