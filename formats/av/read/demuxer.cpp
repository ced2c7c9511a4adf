// Opening, reading and seeking of containers.

#include "formats/av/read/demuxer.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <cstring>

#include "formats/av/av_log.h"
#include "formats/hls/dash_manifest.h"
#include "formats/hls/reading.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/process/signals.h"
#include "libcore/wire/wire.h"

namespace sl::av {

namespace {

constexpr std::size_t probe_start = 2048, probe_most = std::size_t{1} << 20;

// Lines of FFmpeg's log that tell of an end in the middle, where the demuxer itself says only that it ended.
bool tells_of_truncation(const std::string& line) {
  for (const char* word : {"prematurely", "runcat", "artial file", "incomplete"}) {
    if (line.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Demuxer::Demuxer(Source& source, References& references, Settings settings)
    : source_(source), references_(references), settings_(settings), format_(probe()), io_(content()) {
  if (std::string_view(format_->name) == "ogg") {
    io_.watch([this](std::uint64_t offset, std::span<const std::byte> bytes) { ogg_.see(offset, bytes); });
  }
  open();
  live_ = is_playlist_ && references_.go_on();
  if (context_->start_time != AV_NOPTS_VALUE) first_seconds_ = static_cast<double>(context_->start_time) / AV_TIME_BASE;
  ffmpeg_log().forget();
}

// What FFmpeg reads: the source, or the playlist that is in it.
Source& Demuxer::content() {
  const std::string_view list = format_->name;
  for (const std::string_view other : {"concat", "imf", "sdp"}) {
    if (list != other) continue;
    throw Error(Status::NotPermitted, name() + ": is a playlist (" + std::string(list) +
                                          "): what it refers to is not opened" +
                                          (list == "concat" ? "; sl-concat joins films" : ""));
  }
  is_playlist_ = list == "hls";
  if (is_playlist_) read_playlist();
  source_.end_header();
  return is_playlist_ ? text_.emplace(Source::memory(std::as_bytes(std::span(playlist_)), source_.name())) : source_;
}

void Demuxer::read_playlist() {
  const auto bytes = source_.peek(max_playlist_bytes);
  if (bytes.size() >= max_playlist_bytes) {
    throw Error(Status::Limit,
                name() + ": is a playlist of more than " + std::to_string(max_playlist_bytes) + " bytes");
  }
  playlist_.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string first;  // thing that it refers to
  if (is_dash_) {
    try {
      DashAsHls lists = hls_of_dash(playlist_, references_.base());
      playlist_ = std::move(lists.master);
      first = HlsPlaylist(lists.playlists.begin()->second).references.front();
      references_.have(std::move(lists.playlists));
    } catch (const Error& error) {
      throw Error(error.status(), name() + ": " + error.what());
    }
  } else {
    references_.look_at_playlist(references_.base(), playlist_, name());
    const HlsPlaylist playlist(playlist_);
    if (!playlist.references.empty()) first = playlist.references.front();
  }
  if (!references_.can_open() && !first.empty()) {
    const std::string needed = needed_allowance(is_dash_ ? "" : references_.base(), first);
    throw Error(Status::NotPermitted, name() + ": is a playlist (" + (is_dash_ ? "dash" : "hls") +
                                          "): " + printable(first, 300) + " is not opened without --allow " +
                                          printable(needed, 300));
  }
  if (!settings_.all_variants) playlist_ = best_variant(playlist_);
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
  if (is_playlist_) {
    // What may be opened is judged elsewhere, and not by the ends of names.
    for (const char* list : {"allowed_extensions", "allowed_segment_extensions"}) av_dict_set(&options, list, "ALL", 0);
    for (const char* off : {"extension_picky", "http_persistent", "http_multiple"}) av_dict_set(&options, off, "0", 0);
    // It is for people and the server to say when a playlist that does not go on is at its end.
    for (const char* tries : {"m3u8_hold_counters", "max_reload"}) av_dict_set(&options, tries, "2147483647", 0);
  }
  const std::string what = std::string("the ") + format_->name + (is_playlist_ ? " playlist" : " header");
  int error = avformat_open_input(&context_, is_playlist_ ? references_.base().c_str() : nullptr, format_, &options);
  av_dict_free(&options);
  if (error >= 0) error = avformat_find_stream_info(context_, nullptr);
  try {
    check();
    if (error == AVERROR_EXIT && interrupted() != 0) throw Error(Status::Interrupted, "interrupted");
    if (error == AVERROR_EOF) {
      throw Error(Status::Data, name() + ": " + what + (is_playlist_ ? " has no segment" : " is cut off"));
    }
    if (error < 0) throw av_failure(error, name(), what);
    if (context_->nb_streams == 0) throw Error(Status::Data, name() + ": " + format_->name + " without a stream");
  } catch (...) {
    avformat_close_input(&context_);
    throw;
  }
  for (int i = 0; is_playlist_ && i < streams(); ++i) {  // what FFmpeg says where the playlist says nothing
    const AVDictionaryEntry* rate = av_dict_get(stream(i).metadata, "variant_bitrate", nullptr, 0);
    if (rate != nullptr && std::string_view(rate->value) == "0")
      av_dict_set(&stream(i).metadata, rate->key, nullptr, 0);
  }
}

// FFmpeg's own seeking in playlists lands behind the key frame that is wanted, and in fragments of MP4 nowhere. So it
// is shown a playlist that begins where it is to begin.
void Demuxer::reopen(double seconds) {
  std::vector<int> discarded;
  for (int i = 0; i < streams(); ++i) {
    if (stream(i).discard == AVDISCARD_ALL) discarded.push_back(i);
  }
  const int before = streams();
  avformat_close_input(&context_);
  references_.start_at(seconds);
  shown_ = seconds > 0 && !HlsPlaylist(playlist_).is_master ? from_time(playlist_, seconds) : playlist_;
  *text_ = Source::memory(std::as_bytes(std::span(shown_)), source_.name());
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
  if (!is_playlist_) return;
  missing_ = std::max(missing_, ffmpeg_log().skipped_segments() - passed_over_);
  if (missing_ != 0 && !passes_over_missing()) {
    throw Error(Status::Data, name() + ": segments of it cannot be opened, or were gone before they were read");
  }
}

Demuxer::~Demuxer() { avformat_close_input(&context_); }

const AVInputFormat* Demuxer::probe() {
  ffmpeg_log().capture();
  const auto first = source_.peek(4096);
  is_dash_ = looks_like_dash({reinterpret_cast<const char*>(first.data()), std::min<std::size_t>(first.size(), 4096)});
  if (is_dash_) return av_find_input_format("hls");
  int score = 0;
  const AVInputFormat* best = nullptr;
  for (std::size_t size = probe_start; size <= probe_most; size *= 4) {
    const auto head = source_.peek(size);
    if (head.empty()) throw Error(Status::Data, name() + ": is empty");
    const std::size_t used = std::min(head.size(), size);
    std::vector<unsigned char> padded(used + AVPROBE_PADDING_SIZE);
    std::memcpy(padded.data(), head.data(), used);
    // By its content, not by its name or what a server calls it: later versions of FFmpeg want to know that of HLS.
    const char* const type =
        looks_like_hls({reinterpret_cast<const char*>(head.data()), used}) ? "application/vnd.apple.mpegurl" : nullptr;
    const AVProbeData data{"", padded.data(), static_cast<int>(used), type};
    best = av_probe_input_format3(&data, 1, &score);
    if (best != nullptr && score > AVPROBE_SCORE_RETRY) return best;
    if (head.size() < size) break;
  }
  if (best != nullptr && score >= AVPROBE_SCORE_RETRY) return best;
  if (const auto damage = wire::name_damage(source_.peek(4096))) {
    throw Error(Status::Wire, name() + ": the wire is damaged: " + *damage);
  }
  const auto head = source_.peek(16);
  const std::string_view start(reinterpret_cast<const char*>(head.data()), std::min<std::size_t>(head.size(), 16));
  throw Error(Status::Data, name() + ": no known format: it starts with \"" + printable(start) + "\"");
}

int Demuxer::open_reference(AVFormatContext* context, AVIOContext** io, const char* url, int, AVDictionary** options) {
  auto& demuxer = *static_cast<Demuxer*>(context->opaque);
  *io = nullptr;
  if (!demuxer.is_playlist_) {
    demuxer.refused_ = url;
    return AVERROR(EACCES);
  }
  if (demuxer.references_.failed()) return AVERROR(EIO);
  try {
    *io = demuxer.references_.open(url, options == nullptr ? nullptr : *options);
    return 0;
  } catch (const Error& error) {
    const bool missing = error.status() == Status::NoInput;
    if (missing && !demuxer.references_.is_playlist(url) && demuxer.passes_over_missing() &&
        demuxer.context_ != nullptr) {
      if (demuxer.settings_.salvage) warn(error.what());
      return AVERROR(ENOENT);
    }
    // What is no input of ours is a part of it that lacks.
    const Error kept = missing ? Error(Status::Data, error.what()) : error;
    demuxer.references_.fail(std::make_exception_ptr(kept));
  } catch (...) {
    demuxer.references_.fail(std::current_exception());
  }
  return AVERROR(EIO);
}

int Demuxer::close_reference(AVFormatContext* context, AVIOContext* io) {
  static_cast<Demuxer*>(context->opaque)->references_.close(io);
  return 0;
}

// FFmpeg asks while it waits for a playlist to go on, and before it tries another segment: a failure ends that.
int Demuxer::is_interrupted(void* self) {
  auto& demuxer = *static_cast<Demuxer*>(self);
  if (interrupted() != 0 || demuxer.references_.failed()) return 1;
  try {
    demuxer.source_.wait_for(-1);
    if (demuxer.idle_) demuxer.idle_();
  } catch (...) {
    demuxer.references_.fail(std::current_exception());
    return 1;
  }
  return 0;
}

void Demuxer::select(const std::vector<int>& streams) {
  for (int i = 0; i < this->streams(); ++i) {
    stream(i).discard = std::ranges::find(streams, i) == streams.end() ? AVDISCARD_ALL : AVDISCARD_DEFAULT;
  }
  references_.forget_unused();
}

bool Demuxer::read(AVPacket& packet) {
  at_start_ = false;
  const int error = av_read_frame(context_, &packet);
  check();
  if (error < 0 && is_playlist_ && interrupted() != 0) return false;
  if (error == AVERROR_EOF && live_ && !references_.have_ended()) {
    throw Error(Status::Unavailable, name() + ": is live, and stops without having ended");
  }
  if (error == AVERROR_EOF) return false;
  if (error < 0) throw av_failure(error, name(), "the container");
  return true;
}

std::optional<std::string> Demuxer::truncation() {
  const std::string line = ffmpeg_log().take_last_error();
  if (is_playlist_) return std::nullopt;
  if (tells_of_truncation(line)) return "is truncated (" + line + ")";
  // What the tables promise, and what is there.
  std::int64_t promised = 0;
  for (int i = 0; i < streams(); ++i) {
    const int entries = avformat_index_get_entries_count(&stream(i));
    if (entries == 0) continue;
    const AVIndexEntry* last = avformat_index_get_entry(&stream(i), entries - 1);
    promised = std::max(promised, last->pos + last->size);
  }
  // Without a size it is read to its end, a pipe in any case: its writer must not die of what we leave out.
  const auto size = source_.size();
  std::int64_t there = size ? static_cast<std::int64_t>(*size) : 0;
  if (!size) {
    if (source_.can_seek()) avio_seek(context_->pb, std::max<std::int64_t>(promised - 1, 0), SEEK_SET);
    there = avio_tell(context_->pb);
    std::array<unsigned char, 4096> rest;
    for (int count = 0; (count = avio_read(context_->pb, rest.data(), static_cast<int>(rest.size()))) > 0;) {
      there += count;
    }
    io_.check();
  }
  if (promised > there) {
    return "is truncated: it ends before byte " + std::to_string(promised) +
           ", where its index says that the samples do";
  }
  // Where it was read in parts, nobody knows.
  if (ogg_.position() == static_cast<std::uint64_t>(there)) {
    if (const auto lack = ogg_.lack()) return lack;
  }
  std::int64_t packet_bytes = 0;
  if (std::string_view(context_->iformat->name) == "mpegts" &&
      av_opt_get_int(context_->priv_data, "ts_packetsize", 0, &packet_bytes) >= 0 && packet_bytes > 0 &&
      there % packet_bytes != 0) {
    return "is truncated: it ends inside a transport packet";
  }
  return std::nullopt;
}

bool Demuxer::seek(int stream, std::int64_t ts) {
  if (!can_seek()) {
    throw Error(Status::Data, name() + ": cannot seek: it " + (is_playlist_ ? "is live" : "comes from a pipe"));
  }
  if (is_playlist_) {
    const AVRational base = this->stream(stream).time_base;
    reopen(std::max(static_cast<double>(ts) * av_q2d(base) - first_seconds_, 0.0));
    return true;
  }
  const int error = av_seek_frame(context_, stream, ts, AVSEEK_FLAG_BACKWARD);
  check();
  ffmpeg_log().forget();
  return error >= 0;
}

void Demuxer::hint_read_range(int stream, std::int64_t ts, std::int64_t last, int more) {
  constexpr std::int64_t gap = 128 << 10;  // more than so much of other streams is passed over, not read
  constexpr std::int64_t most = std::int64_t{1} << 60;
  if (!source_.is_remote() || is_playlist_) return;
  AVStream& samples = this->stream(stream);
  const int key = av_index_search_timestamp(&samples, ts, AVSEEK_FLAG_BACKWARD);
  const AVIndexEntry* const found = avformat_index_get_entry(&samples, key);
  // What is shown before the key frame that is decoded last before `ts` has to be decoded from the one before that.
  const int before =
      found == nullptr ? -1 : av_index_search_timestamp(&samples, found->timestamp - 1, AVSEEK_FLAG_BACKWARD);
  std::int64_t begin = 0, end = 0;
  for (int i = before < 0 ? key : before; i >= 0 && i < avformat_index_get_entries_count(&samples); ++i) {
    const AVIndexEntry& entry = *avformat_index_get_entry(&samples, i);
    if (entry.size <= 0 || entry.pos < 0 || entry.pos > most) break;
    const bool apart = end == 0 || entry.pos < begin || entry.pos - end > gap;
    if (apart && i > key) break;
    if (apart) begin = end = entry.pos;
    end = std::max(end, entry.pos + entry.size);
    if (entry.timestamp > last && --more <= 0) break;
  }
  source_.hint_read_range(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end));
}

void Demuxer::rewind() {
  if (!can_seek()) throw Error(Status::Data, name() + ": cannot go back: it comes from a pipe");
  if (is_playlist_) {
    if (!at_start_) reopen(0);
    return;
  }
  const bool by_bytes = (context_->iformat->flags & (AVFMT_TS_DISCONT | AVFMT_NO_BYTE_SEEK)) == AVFMT_TS_DISCONT;
  const std::int64_t start = context_->start_time == AV_NOPTS_VALUE ? 0 : context_->start_time;
  int error = by_bytes ? av_seek_frame(context_, -1, 0, AVSEEK_FLAG_BYTE) : AVERROR(EINVAL);
  // Times may lie before what the header calls the start.
  if (error < 0) error = av_seek_frame(context_, -1, std::min<std::int64_t>(start, 0), AVSEEK_FLAG_BACKWARD);
  if (error < 0) error = avformat_seek_file(context_, -1, INT64_MIN, start, INT64_MAX, 0);
  if (error < 0) error = av_seek_frame(context_, -1, 0, AVSEEK_FLAG_BYTE);
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

int best_audio(AVFormatContext& context, int video) {
  const int found = av_find_best_stream(&context, AVMEDIA_TYPE_AUDIO, -1, video, nullptr, 0);
  return found < 0 ? -1 : found;
}

}  // namespace sl::av
