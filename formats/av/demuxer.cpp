// Opening, reading and seeking of containers.

#include "formats/av/demuxer.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/limits.h"
#include "libcore/wire.h"

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

Demuxer::Demuxer(Source& source) : source_(source), io_(source) {
  quiet_log();
  const AVInputFormat* format = probe();
  for (const char* list : {"hls", "dash", "concat", "imf", "sdp"}) {
    if (std::string_view(format->name) == list) {
      throw Error(Status::NotPermitted, name() + ": is a playlist (" + list + "): what it refers to is not opened");
    }
  }
  if (std::string_view(format->name) == "ogg") {
    io_.watch([this](std::uint64_t offset, std::span<const std::byte> bytes) { ogg_.see(offset, bytes); });
  }
  source_.end_header();
  context_ = avformat_alloc_context();
  if (context_ == nullptr) throw Error(Status::Resources, "out of memory");
  context_->pb = io_.context();
  context_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_GENPTS;
  context_->opaque = this;
  context_->io_open = refuse_open;
  context_->max_streams = static_cast<int>(wire_limit::tracks);
  const std::string what = std::string("the ") + format->name + " header";
  int error = avformat_open_input(&context_, nullptr, format, nullptr);  // frees it when it fails
  if (error >= 0) error = avformat_find_stream_info(context_, nullptr);
  try {
    io_.check();
    if (!refused_.empty()) {
      throw Error(Status::NotPermitted, name() + ": refers to " + printable(refused_, 200) + ", which is not opened");
    }
    if (error == AVERROR_EOF) throw Error(Status::Data, name() + ": " + what + " is cut off");
    if (error < 0) throw av_failure(error, name(), what);
    if (context_->nb_streams == 0) throw Error(Status::Data, name() + ": " + format->name + " without a stream");
  } catch (...) {
    avformat_close_input(&context_);
    throw;
  }
  (void)last_log_line();
}

Demuxer::~Demuxer() { avformat_close_input(&context_); }

const AVInputFormat* Demuxer::probe() {
  int score = 0;
  const AVInputFormat* best = nullptr;
  for (std::size_t size = probe_start; size <= probe_most; size *= 4) {
    const auto head = source_.peek(size);
    if (head.empty()) throw Error(Status::Data, name() + ": is empty");
    const std::size_t used = std::min(head.size(), size);
    std::vector<unsigned char> padded(used + AVPROBE_PADDING_SIZE);
    std::memcpy(padded.data(), head.data(), used);
    const AVProbeData data{"", padded.data(), static_cast<int>(used), nullptr};
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

int Demuxer::refuse_open(AVFormatContext* context, AVIOContext** io, const char* url, int, AVDictionary**) {
  *io = nullptr;
  static_cast<Demuxer*>(context->opaque)->refused_ = url;
  return AVERROR(EACCES);
}

void Demuxer::select(const std::vector<int>& streams) {
  for (int i = 0; i < this->streams(); ++i) {
    stream(i).discard = std::ranges::find(streams, i) == streams.end() ? AVDISCARD_ALL : AVDISCARD_DEFAULT;
  }
}

bool Demuxer::read(AVPacket& packet) {
  const int error = av_read_frame(context_, &packet);
  io_.check();
  if (!refused_.empty()) {
    throw Error(Status::NotPermitted, name() + ": refers to " + printable(refused_, 200) + ", which is not opened");
  }
  if (error == AVERROR_EOF) return false;
  if (error < 0) throw av_failure(error, name(), "the container");
  return true;
}

std::optional<std::string> Demuxer::truncation() {
  const std::string line = last_log_line();
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
  if (!can_seek()) throw Error(Status::Data, name() + ": cannot seek: it comes from a pipe");
  const int error = av_seek_frame(context_, stream, ts, AVSEEK_FLAG_BACKWARD);
  io_.check();
  (void)last_log_line();
  return error >= 0;
}

void Demuxer::foresee(int stream, std::int64_t ts, std::int64_t last, int more) {
  constexpr std::int64_t gap = 128 << 10;  // more than so much of other streams is passed over, not read
  constexpr std::int64_t most = std::int64_t{1} << 60;
  if (!source_.is_remote()) return;
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
  source_.will_read(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end));
}

void Demuxer::rewind() {
  if (!can_seek()) throw Error(Status::Data, name() + ": cannot go back: it comes from a pipe");
  const bool by_bytes = (context_->iformat->flags & (AVFMT_TS_DISCONT | AVFMT_NO_BYTE_SEEK)) == AVFMT_TS_DISCONT;
  const std::int64_t start = context_->start_time == AV_NOPTS_VALUE ? 0 : context_->start_time;
  int error = by_bytes ? av_seek_frame(context_, -1, 0, AVSEEK_FLAG_BYTE) : AVERROR(EINVAL);
  // Times may lie before what the header calls the start.
  if (error < 0) error = av_seek_frame(context_, -1, std::min<std::int64_t>(start, 0), AVSEEK_FLAG_BACKWARD);
  if (error < 0) error = avformat_seek_file(context_, -1, INT64_MIN, start, INT64_MAX, 0);
  if (error < 0) error = av_seek_frame(context_, -1, 0, AVSEEK_FLAG_BYTE);
  io_.check();
  (void)last_log_line();
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
