// One AVFormatContext, its options and its packets.

#include "formats/av/encode/muxer.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <numeric>

#include "formats/av/av_tags.h"
#include "formats/av/stream_track.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"

namespace sl::av {

namespace {

// Return the smallest scale of movie time in which every edit of these streams is exact, or the usual 1000 if it is too
// large.
std::int64_t movie_timescale(const AVFormatContext& format) {
  std::int64_t scale = 1;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    scale = std::lcm(scale, std::int64_t{format.streams[i]->time_base.den});
    if (scale > wire_limit::number) return 1000;
  }
  return scale * ((999 + scale) / scale);
}

}  // namespace

AVRational time_base_for(AVCodecID codec, AVRational own) {
  return codec == AV_CODEC_ID_MOV_TEXT ? AVRational{1, 1'000'000} : own;
}

bool container_holds(const AVOutputFormat& muxer, AVCodecID codec) {
  // FFmpeg would write codecs without a number in transport streams as private data, which no player reads.
  constexpr std::array in_mpegts{AV_CODEC_ID_MPEG1VIDEO,   AV_CODEC_ID_MPEG2VIDEO,  AV_CODEC_ID_MPEG4, AV_CODEC_ID_H264,
                                 AV_CODEC_ID_HEVC,         AV_CODEC_ID_MP2,         AV_CODEC_ID_MP3,   AV_CODEC_ID_AAC,
                                 AV_CODEC_ID_AC3,          AV_CODEC_ID_EAC3,        AV_CODEC_ID_DTS,   AV_CODEC_ID_OPUS,
                                 AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT};
  if (std::string_view(muxer.name) == "mpegts") return std::ranges::find(in_mpegts, codec) != in_mpegts.end();
  // It writes any samples, as they are.
  if (std::string_view(muxer.name) == "s16le") return std::string_view(avcodec_get_name(codec)).starts_with("pcm_");
  // FFmpeg says of these that they hold everything, until it writes their header.
  constexpr std::array<std::pair<std::string_view, AVCodecID>, 12> only{{{"ogg", AV_CODEC_ID_VORBIS},
                                                                         {"ogg", AV_CODEC_ID_THEORA},
                                                                         {"ogg", AV_CODEC_ID_OPUS},
                                                                         {"ogg", AV_CODEC_ID_FLAC},
                                                                         {"ogg", AV_CODEC_ID_SPEEX},
                                                                         {"ogg", AV_CODEC_ID_VP8},
                                                                         {"opus", AV_CODEC_ID_OPUS},
                                                                         {"flac", AV_CODEC_ID_FLAC},
                                                                         {"mjpeg", AV_CODEC_ID_MJPEG},
                                                                         {"yuv4mpegpipe", AV_CODEC_ID_WRAPPED_AVFRAME},
                                                                         {"yuv4mpegpipe", AV_CODEC_ID_RAWVIDEO},
                                                                         {"mp3", AV_CODEC_ID_MP3}}};
  const auto in_muxer = [&](const auto& entry) { return entry.first == muxer.name; };
  if (std::ranges::any_of(only, in_muxer)) {
    return std::ranges::find(only, std::pair<std::string_view, AVCodecID>{muxer.name, codec}) != only.end();
  }
  if (media_type(codec) == AVMEDIA_TYPE_ATTACHMENT) return std::string_view(muxer.name) == "matroska";  // fonts
  return avformat_query_codec(&muxer, codec, FF_COMPLIANCE_UNOFFICIAL) != 0;
}

Muxer::Muxer(const FilmContainer& container, Target& target, AVDictionary* options, bool in_fragments)
    : container_(container), name_(target.name()), io_(target), in_fragments_(in_fragments || !io_.can_rewrite()) {
  const std::string muxer(container.muxer);
  const int code = avformat_alloc_output_context2(&format_, nullptr, muxer.c_str(), name_.c_str());
  if (code < 0) throw av_failure(code, name_, muxer);
  format_->pb = io_.context();
  format_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;  // the same bytes again from the same packets
  format_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;     // Y4M above 8 bits
  io_.serve(*format_);
  av_dict_copy(&options_, options, 0);
}

Muxer::~Muxer() {
  avformat_free_context(format_);
  av_dict_free(&options_);
}

void Muxer::fail(int code, const std::string& what) {
  io_.check();
  throw av_failure(code, name_, std::string(container_.extension) + ": " + what);
}

void Muxer::take_whole(const std::vector<Attachment>& attachments) {
  whole_.emplace(container_facts(container_.muxer), attachments);
}

void Muxer::describe(LostFacts& lost) { whole_->describe(*format_, lost); }

AVStream& Muxer::add_stream(const Track& track, bool keep_metadata) {
  AVStream* stream = avformat_new_stream(format_, nullptr);
  check_allocated(stream);
  const ContainerFacts& facts = container_facts(container_.muxer);
  set_tags(*stream, track, keep_metadata);
  if (const AVDictionaryEntry* language = av_dict_get(stream->metadata, "language", nullptr, 0)) {
    av_dict_set(&stream->metadata, "language", language_in(facts, language->value).c_str(), 0);
  }
  if (facts.holds(fact::track_tags)) return *stream;
  // Most containers have tags for the file only: use the first track's. Its title is the film's if that has no tags.
  AVDictionary* own = nullptr;
  av_dict_copy(&own, stream->metadata, 0);
  if (film_has_tags()) av_dict_set(&own, "title", nullptr, 0);
  if (!facts.holds(fact::languages) || !container_.video.empty()) av_dict_set(&own, "language", nullptr, 0);
  av_dict_copy(&format_->metadata, own, AV_DICT_DONT_OVERWRITE);
  av_dict_free(&own);
  const AVDictionaryEntry* title = av_dict_get(stream->metadata, "title", nullptr, 0);
  if (title != nullptr && facts.titles == ContainerFacts::Titles::Handler) {
    av_dict_set(&stream->metadata, "handler_name", title->value, 0);
  }
  return *stream;
}

bool Muxer::holds(AVCodecID codec) const { return container_holds(*format_->oformat, codec); }

bool Muxer::wants_global_header() const { return (format_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }

// Matroska records the padding before Opus's first sample (CodecDelay), and readers subtract it from every time. FFmpeg
// 5.1 writes it without adding it to the times.
bool Muxer::delayed_by_container(const AVStream& stream) const {
  return stream.codecpar->codec_id == AV_CODEC_ID_OPUS && stream.codecpar->initial_padding != 0 &&
         (container_.muxer == "matroska" || container_.muxer == "webm");
}

// At the first packet of sound that begins after 0.
void Muxer::note_delay(const AVPacket& packet, const AVStream& stream) {
  const auto index = static_cast<std::size_t>(stream.index);
  if (index >= delays_.size() || last_dts_[index] != AV_NOPTS_VALUE || packet.dts <= 0) return;
  std::size_t size = 0;
  const std::uint8_t* skip = av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  delays_[index] = skip != nullptr && size >= 4 ? load_le<std::uint32_t>(skip) : stream.codecpar->initial_padding;
}

void Muxer::set_defaults() {
  const bool video = std::any_of(format_->streams, format_->streams + format_->nb_streams, [](const AVStream* stream) {
    return stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
  });
  const auto set = [this](const char* key, const std::string& value) {
    av_opt_set(format_->priv_data, key, value.c_str(), 0);
  };
  if (container_.fragmented) {
    set("movie_timescale", std::to_string(movie_timescale(*format_)));
    if (in_fragments_) {
      // Delay the index until the first fragment, so that it records the start of sound and the order of pictures.
      set("movflags", "+frag_keyframe+delay_moov+default_base_moof");
      if (!video) set("frag_duration", "1000000");
    } else {
      set("movflags", "+faststart");
    }
  }
  if (container_.muxer == "avi") format_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;  // it has no times
  if (container_.muxer == "matroska" || container_.muxer == "webm") {
    if (io_.can_rewrite()) set("cues_to_front", "1");
    const bool names_default =
        std::any_of(format_->streams, format_->streams + format_->nb_streams,
                    [](const AVStream* stream) { return (stream->disposition & AV_DISPOSITION_DEFAULT) != 0; });
    if (names_default) set("default_mode", "passthrough");
  }
}

void Muxer::write_header() {
  set_defaults();
  const int code = avformat_write_header(format_, &options_);
  if (code < 0) fail(code, "these tracks cannot be written");
  io_.check();
  last_dts_.assign(format_->nb_streams, AV_NOPTS_VALUE);
  header_written_ = true;
  if (whole_) whole_->write_covers(*format_);
  io_.check();
  if (!container_.fragmented) return;
  delays_.assign(format_->nb_streams, 0);
  // An index before its fragments cannot be rewritten: it is one of the first boxes, and written at once.
  if (!io_.can_rewrite()) io_.on_write([this](std::span<std::byte> boxes) { hide_delays(boxes, delays_); });
}

void Muxer::write(AVPacket& packet, AVStream& stream, AVRational time_base) {
  // FLAC's encoder ends with a packet that only corrects its header. These muxers would write it as a frame.
  if (packet.size == 0 && (container_.muxer == "nut" || container_.muxer == "avi")) return av_packet_unref(&packet);
  packet.stream_index = stream.index;
  if (delayed_by_container(stream)) {
    const std::int64_t delay =
        av_rescale_q(stream.codecpar->initial_padding, {1, stream.codecpar->sample_rate}, time_base);
    packet.pts += delay;
    packet.dts += delay;
  }
  av_packet_rescale_ts(&packet, time_base, stream.time_base);
  note_delay(packet, stream);
  std::int64_t& last = last_dts_.at(static_cast<std::size_t>(stream.index));
  // No muxer takes two times that are equal in the container's ticks.
  if (packet.dts != AV_NOPTS_VALUE && last != AV_NOPTS_VALUE && packet.dts <= last) {
    if (!moved_) {
      warn(name_ + ": times closer than 1/" + std::to_string(stream.time_base.den) + " s are separated: ." +
           std::string(container_.extension) + " has no finer times");
    }
    moved_ = true;
    packet.dts = last + 1;
    if (packet.pts != AV_NOPTS_VALUE) packet.pts = std::max(packet.pts, packet.dts);
  }
  if (packet.dts != AV_NOPTS_VALUE) last = packet.dts;
  if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO) note_last_picture(packet, stream);
  const int code = av_interleaved_write_frame(format_, &packet);
  if (code < 0) fail(code, "a packet cannot be written");
  io_.check();
}

void Muxer::note_last_picture(const AVPacket& packet, const AVStream& stream) {
  LastPicture& last = last_pictures_[stream.index];
  if (packet.pts == AV_NOPTS_VALUE || packet.pts < last.pts) return;
  if (last.pts != AV_NOPTS_VALUE) last.step = packet.pts - last.pts;
  last.pts = packet.pts;
  last.duration = packet.duration;
}

// FFmpeg takes the time of a picture from the next one's; the last one has none.
void Muxer::keep_last_duration() {
  for (const auto& [stream, last] : last_pictures_) {
    const bool longer = last.step > 0 && last.duration > last.step + last.step / 2;
    if (longer && !container_facts(container_.muxer).holds(fact::durations)) {
      LostFacts(name_, container_.extension).report("the time of the last picture");
    }
  }
}

void Muxer::cut() {
  for (const auto write_rest : {av_interleaved_write_frame, av_write_frame}) {
    const int code = write_rest(format_, nullptr);
    if (code < 0) fail(code, "a fragment cannot be written");
  }
  if (container_.muxer == "mpegts") av_opt_set(format_->priv_data, "mpegts_flags", "resend_headers", 0);
  avio_flush(format_->pb);
  io_.check();
  io_.target().flush();
}

void Muxer::finish() {
  if (!header_written_) return;
  keep_last_duration();
  const int code = av_write_trailer(format_);
  if (code < 0) fail(code, "the index cannot be written");
  avio_flush(format_->pb);
  if (io_.can_rewrite() && std::ranges::any_of(delays_, [](std::int64_t delay) { return delay > 0; })) {
    hide_delays(io_.target(), delays_);
  }
  io_.check();
  if (format_->pb->error < 0) fail(format_->pb->error, "the end cannot be written");
}

void Muxer::flush() {
  if (io_.can_rewrite()) return;
  avio_flush(format_->pb);
  io_.check();
  io_.target().flush();
}

}  // namespace sl::av
