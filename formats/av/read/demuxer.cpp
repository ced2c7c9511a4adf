// Opening, reading and seeking.

#include "formats/av/read/demuxer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "formats/av/av_log.h"
#include "formats/hls/dash_manifest.h"
#include "formats/hls/reading.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/media/clock.h"
#include "libcore/process/signals.h"
#include "libcore/wire/wire.h"

namespace sl::av {

namespace {

constexpr std::size_t probe_start = 2048, max_probe = std::size_t{1} << 20;

// Return whether packets of a transport stream (ISO/IEC 13818-1, 2.4.3.2) fill it.
bool is_whole_packets(std::span<const std::byte> bytes) {
  constexpr std::size_t length = 188;
  constexpr std::byte sync{0x47};
  for (std::size_t at = 0; at < bytes.size(); at += length) {
    if (bytes[at] != sync) return false;
  }
  return bytes.size() % length == 0;
}

// By its content, never by its name or type.
const AVInputFormat* probe(Source& source) {
  ffmpeg_log().capture();
  const auto first = source.peek(4096);
  if (looks_like_dash({reinterpret_cast<const char*>(first.data()), std::min<std::size_t>(first.size(), 4096)})) {
    return av_find_input_format("hls");
  }
  int score = 0;
  const AVInputFormat* best = nullptr;
  for (std::size_t size = probe_start; size <= max_probe; size *= 4) {
    const auto head = source.peek(size);
    if (head.empty()) throw Error(Status::Data, source.name() + ": is empty");
    const std::size_t used = std::min(head.size(), size);
    std::vector<unsigned char> padded(used + AVPROBE_PADDING_SIZE);
    std::memcpy(padded.data(), head.data(), used);
    // Later versions of FFmpeg insist on a type for HLS.
    const char* const type =
        looks_like_hls({reinterpret_cast<const char*>(head.data()), used}) ? "application/vnd.apple.mpegurl" : nullptr;
    const AVProbeData data{"", padded.data(), static_cast<int>(used), type};
    best = av_probe_input_format3(&data, 1, &score);
    if (best != nullptr && score > AVPROBE_SCORE_RETRY) return best;
    if (head.size() >= size) continue;
    // FFmpeg is sure after ten packets; one picture and its tables may be fewer.
    if (best != nullptr && std::string_view(best->name) == "mpegts" && is_whole_packets(head)) return best;
    break;
  }
  if (best != nullptr && score >= AVPROBE_SCORE_RETRY) return best;
  if (const auto damage = wire::name_damage(source.peek(4096))) {
    throw Error(Status::Wire, source.name() + ": the wire is damaged: " + *damage);
  }
  const auto head = source.peek(16);
  const std::string_view start(reinterpret_cast<const char*>(head.data()), std::min<std::size_t>(head.size(), 16));
  throw Error(Status::Data, source.name() + ": no known format: it starts with \"" + printable(start) + "\"");
}

}  // namespace

Demuxer::Demuxer(Source& source, References& references, Settings settings, std::optional<Rational> rate,
                 std::optional<std::int64_t> probe_time)
    : source_(source),
      references_(references),
      settings_(settings),
      format_(probe(source)),
      io_(content(), playlist_ ? nullptr : find_structure(format_->name, source.peek(signature_bytes))),
      truncation_(source, io_),
      times_(rate),
      probe_time_(probe_time) {
  try {
    open();
    if (playlist_) playlist_->opened(*context_);
  } catch (...) {
    avformat_close_input(&context_);
    throw;
  }
  complaint_ = ffmpeg_log().take_last_error();
  ffmpeg_log().forget();
}

// The text for FFmpeg: the source, or the playlist in it.
Source& Demuxer::content() {
  const std::string_view list = format_->name;
  for (const std::string_view other : {"concat", "imf", "sdp"}) {
    if (list != other) continue;
    throw Error(Status::NotPermitted, name() + ": is a playlist (" + std::string(list) +
                                          "): what it refers to is not opened" +
                                          (list == "concat" ? "; sl-concat joins films" : ""));
  }
  // Our own decoders have refused this content: FFmpeg would make up the pixels that are missing.
  for (const std::string_view own : {"mjpeg", "jpeg_pipe", "png_pipe", "webp_pipe", "ppm_pipe", "pgm_pipe", "pbm_pipe",
                                     "pam_pipe", "pfm_pipe", "pgmyuv_pipe"}) {
    if (list != own || settings_.salvage) continue;
    throw Error(Status::Data, name() + ": no known format: its first bytes are damaged, and the rest looks like " +
                                  std::string(own.substr(0, own.find('_'))) + "; --salvage reads what is there");
  }
  if (list == "hls") playlist_.emplace(source_, references_, settings_);
  source_.end_header();
  return playlist_ ? playlist_->text() : source_;
}

void Demuxer::open() {
  context_ = avformat_alloc_context();
  if (context_ == nullptr) throw Error(Status::Resources, "out of memory");
  context_->pb = io_.context();
  context_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_GENPTS;
  context_->opaque = this;
  context_->io_open = open_reference;
  context_->io_close2 = close_reference;
  context_->interrupt_callback = {is_interrupted, this};
  context_->max_streams = static_cast<int>(wire_limit::tracks);
  AVDictionary* options = nullptr;
  if (playlist_) Playlist::add_options(options);
  const std::string what = std::string("the ") + format_->name + (playlist_ ? " playlist" : " header");
  int error = avformat_open_input(&context_, playlist_ ? playlist_->url().c_str() : nullptr, format_, &options);
  av_dict_free(&options);
  if (error >= 0) error = learn_streams();
  check();
  if (error == AVERROR_EXIT && interrupted() != 0) fail_interrupted();
  if (error == AVERROR_EOF || (error == AVERROR(EIO) && !playlist_)) {  // the source's own failures were thrown above
    throw Error(Status::Data, name() + ": " + what + (playlist_ ? " has no segment" : " is cut off"));
  }
  if (error < 0) throw av_failure(error, name(), what);
  if (context_->nb_streams == 0) throw Error(Status::Data, name() + ": " + format_->name + " without a stream");
  times_.open(*context_, name());
  edges_.open(*context_);
  for (int i = 0; playlist_ && i < streams(); ++i) {  // FFmpeg's value if the playlist names no rate
    const AVDictionaryEntry* rate = av_dict_get(stream(i).metadata, "variant_bitrate", nullptr, 0);
    if (rate != nullptr && std::string_view(rate->value) == "0")
      av_dict_set(&stream(i).metadata, rate->key, nullptr, 0);
  }
}

// FFmpeg reads five seconds of raw video to guess its rate: from a camera on a pipe they take five seconds. The limit
// is in real time, so a recording on a pipe, which is there at once, is read as far as FFmpeg wants.
int Demuxer::learn_streams() {
  constexpr std::int64_t usual = 300'000'000;
  const bool waits = !source_.can_seek() && !playlist_;
  if (waits && !is_still() && (probe_time_ || PacketTimes::is_raw(*context_))) {
    probe_end_ = monotonic_now() + probe_time_.value_or(usual);
  }
  const int error = avformat_find_stream_info(context_, nullptr);
  probe_end_ = no_time;
  return error;
}

void Demuxer::reopen(double seconds) {
  std::vector<int> discarded;
  for (int i = 0; i < streams(); ++i) {
    if (stream(i).discard == AVDISCARD_ALL) discarded.push_back(i);
  }
  const int before = streams();
  avformat_close_input(&context_);
  playlist_->start_at(seconds);
  io_.restart();
  open();
  if (streams() != before) throw Error(Status::Data, name() + ": changed while it was read");
  for (const int i : discarded) stream(i).discard = AVDISCARD_ALL;
  at_start_ = seconds <= 0;
}

void Demuxer::check() {
  io_.check();
  references_.check();
  if (!refused_.empty()) {
    throw Error(Status::NotPermitted, name() + ": refers to " + printable(refused_, 200) + ", which is not opened");
  }
  if (playlist_) playlist_->check();
}

Demuxer::~Demuxer() { avformat_close_input(&context_); }

int Demuxer::open_reference(AVFormatContext* context, AVIOContext** io, const char* url, int, AVDictionary** options) {
  auto& demuxer = *static_cast<Demuxer*>(context->opaque);
  *io = nullptr;
  if (demuxer.playlist_) return demuxer.playlist_->open_reference(url, options == nullptr ? nullptr : *options, *io);
  demuxer.refused_ = url;
  return AVERROR(EACCES);
}

int Demuxer::close_reference(AVFormatContext* context, AVIOContext* io) {
  auto& demuxer = *static_cast<Demuxer*>(context->opaque);
  if (demuxer.playlist_) demuxer.playlist_->close_reference(io);
  return 0;
}

// FFmpeg asks this while it waits for a playlist to continue, and before it tries another segment: a failure ends both.
int Demuxer::is_interrupted(void* self) {
  auto& demuxer = *static_cast<Demuxer*>(self);
  if (interrupted() != 0 || demuxer.references_.failed()) return 1;
  if (demuxer.probe_end_ != no_time) return monotonic_now() > demuxer.probe_end_ ? 1 : 0;
  try {
    demuxer.source_.wait_for(-1);
    if (demuxer.idle_) demuxer.idle_();
  } catch (...) {
    demuxer.references_.fail(std::current_exception());
    return 1;
  }
  return 0;
}

bool Demuxer::may_begin_inside() const {
  constexpr std::array names{"mpegts", "mpeg", "aac", "ac3", "eac3", "dts", "loas", "mp3"};
  return std::ranges::find(names, std::string_view(context_->iformat->name)) != names.end();
}

void Demuxer::select(const std::vector<int>& streams) {
  for (int i = 0; i < this->streams(); ++i) {
    stream(i).discard = std::ranges::find(streams, i) == streams.end() ? AVDISCARD_ALL : AVDISCARD_DEFAULT;
  }
  references_.forget_unused();
}

void Demuxer::check_stop() const {
  if (interrupted() != 0 && playlist_) fail_interrupted();
  source_.check_stop();
}

bool Demuxer::read(AVPacket& packet) {
  while (!times_.take(packet)) {
    const bool more = read_next(packet);
    times_.give(more ? &packet : nullptr);
    av_packet_unref(&packet);
    if (!more) return times_.take(packet);
  }
  return true;
}

bool Demuxer::read_next(AVPacket& packet) {
  at_start_ = false;
  const int error = av_read_frame(context_, &packet);
  check();
  if (error < 0 && playlist_ && interrupted() != 0) return false;
  if (error == AVERROR_EOF && playlist_ && playlist_->stops_early()) {
    throw Error(Status::Unavailable, name() + ": is live, and stops without having ended");
  }
  if (error == AVERROR_EOF) return false;
  if (error == AVERROR(EIO) && !playlist_) {  // the source's own failures were thrown above
    if (io_.ends_well()) return false;
    throw Error(Status::Data, name() + ": is truncated: it ends inside a packet");
  }
  if (error < 0) throw av_failure(error, name(), "the container");
  if ((packet.flags & AV_PKT_FLAG_CORRUPT) != 0 && io_.ends_well()) packet.flags &= ~AV_PKT_FLAG_CORRUPT;
  truncation_.see(packet);
  edges_.apply(packet);
  return true;
}

std::optional<std::string> Demuxer::truncation() { return playlist_ ? std::nullopt : truncation_.find(*context_); }

bool Demuxer::find_next() {
  if (playlist_) return playlist_->next_period();
  if (!io_.end()) return false;
  const std::uint64_t size = source_.size().value_or(0), begin = io_.begin() + *io_.end();
  if (size != 0 && begin >= size) return false;
  if (source_.can_seek()) source_.seek(begin);
  std::uint64_t skipped = 0;
  bool has_content = false;
  for (auto rest = source_.peek(signature_bytes); !rest.empty(); rest = source_.peek(signature_bytes)) {
    const std::size_t tag = has_content ? 0 : tag_at_end();
    if (!has_content && tag == 0 && begins_container(rest)) return true;
    const std::size_t padding = has_content ? 0 : tag != 0 ? tag : padding_after_container(rest);
    has_content = has_content || padding == 0;
    const std::uint64_t count = source_.skip(padding == 0 ? rest.size() : padding);
    if (count < padding) {
      if (!settings_.salvage) throw Error(Status::Data, name() + ": is truncated: it ends inside a tag");
      warn(name() + ": is truncated: it ends inside a tag");
    }
    if (has_content) skipped += count;
  }
  if (has_content) {
    warn(name() + ": " + std::to_string(skipped) + (skipped == 1 ? " byte" : " bytes") + " after the film " +
         (skipped == 1 ? "is" : "are") + " skipped");
  }
  return false;
}

// Return the length of the tag that is next; 0 if no tag is next, or another film follows it.
std::size_t Demuxer::tag_at_end() {
  const std::size_t first = tag_at_container(source_.peek(signature_bytes));
  for (std::size_t end = first; end != 0 && end <= limits().metadata;) {
    const auto found = source_.peek(end + signature_bytes);
    const auto behind = found.subspan(std::min(end, found.size()));
    const std::size_t tag = tag_at_container(behind), padding = padding_after_container(behind);
    if (tag == 0 && padding >= behind.size()) return first;
    if (tag == 0 && padding == 0) return 0;
    end += tag == 0 ? padding : tag;
  }
  return 0;
}

bool Demuxer::seek(int stream, std::int64_t ts) {
  if (!can_seek()) {
    throw Error(Status::Data, name() + ": cannot seek: it " + (playlist_ ? "is live" : "comes from a pipe"));
  }
  if (playlist_) {
    reopen(playlist_->offset_of(ts, this->stream(stream).time_base));
    return true;
  }
  const auto place = times_.place_before(ts);
  const int error = place ? av_seek_frame(context_, stream, place->position, AVSEEK_FLAG_BYTE)
                          : av_seek_frame(context_, stream, ts, AVSEEK_FLAG_BACKWARD);
  times_.reset(place ? place->ts : 0);
  check();
  ffmpeg_log().forget();
  return error >= 0;
}

void Demuxer::hint_read_range(int stream, std::int64_t ts, std::int64_t last, int more) {
  constexpr std::int64_t gap = 128 << 10;  // more bytes of other streams than this are skipped, not read
  constexpr std::int64_t max_position = std::int64_t{1} << 60;
  if (!source_.is_remote() || playlist_) return;
  AVStream& samples = this->stream(stream);
  const int key = av_index_search_timestamp(&samples, ts, AVSEEK_FLAG_BACKWARD);
  const AVIndexEntry* const found = avformat_index_get_entry(&samples, key);
  // Pictures shown before the key frame that is decoded last before `ts` are decoded from the previous key frame.
  const int before =
      found == nullptr ? -1 : av_index_search_timestamp(&samples, found->timestamp - 1, AVSEEK_FLAG_BACKWARD);
  std::int64_t begin = 0, end = 0;
  for (int i = before < 0 ? key : before; i >= 0 && i < avformat_index_get_entries_count(&samples); ++i) {
    const AVIndexEntry& entry = *avformat_index_get_entry(&samples, i);
    if (entry.size <= 0 || entry.pos < 0 || entry.pos > max_position) break;
    const bool separate = end == 0 || entry.pos < begin || entry.pos - end > gap;
    if (separate && i > key) break;
    if (separate) begin = end = entry.pos;
    end = std::max(end, entry.pos + entry.size);
    if (entry.timestamp > last && --more <= 0) break;
  }
  source_.hint_read_range(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end));
}

void Demuxer::rewind() {
  if (!can_seek()) throw Error(Status::Data, name() + ": cannot go back: it comes from a pipe");
  if (playlist_) {
    if (!at_start_) reopen(0);
    return;
  }
  const int flags = context_->iformat->flags;
  const bool by_bytes = (flags & (AVFMT_TS_DISCONT | AVFMT_NO_BYTE_SEEK)) == AVFMT_TS_DISCONT || times_.place_before(0);
  const std::int64_t start = context_->start_time == AV_NOPTS_VALUE ? 0 : context_->start_time;
  int error = by_bytes ? av_seek_frame(context_, -1, 0, AVSEEK_FLAG_BYTE) : AVERROR(EINVAL);
  // Times may be earlier than the header's start.
  if (error < 0) error = av_seek_frame(context_, -1, std::min<std::int64_t>(start, 0), AVSEEK_FLAG_BACKWARD);
  if (error < 0) error = avformat_seek_file(context_, -1, INT64_MIN, start, INT64_MAX, 0);
  if (error < 0) error = av_seek_frame(context_, -1, 0, AVSEEK_FLAG_BYTE);
  times_.reset();
  io_.check();
  ffmpeg_log().forget();
  if (error < 0) throw Error(Status::Data, name() + ": cannot go back to its start");
}

int best_video(const AVFormatContext& context) {
  int best = -1;
  std::int64_t most = -1;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    if ((stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) != 0) continue;
    const std::int64_t area = std::int64_t{stream.codecpar->width} * stream.codecpar->height;
    if (area <= most) continue;
    most = area;
    best = static_cast<int>(i);
  }
  return best;
}

int best_audio(AVFormatContext& context, int video, bool with_decoder) {
  const AVCodec* decoder = nullptr;
  const int found = av_find_best_stream(&context, AVMEDIA_TYPE_AUDIO, -1, video, with_decoder ? &decoder : nullptr, 0);
  return found < 0 ? -1 : found;
}

}  // namespace sl::av
