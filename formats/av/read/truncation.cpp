// Signs of truncation: the structure, FFmpeg's log, index tables, promised durations, transport packets.

#include "formats/av/read/truncation.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/av/av_log.h"
#include "libcore/base/time_text.h"

namespace sl::av {

namespace {

// Whether FFmpeg's log reports an end inside of something, although the demuxer returned an ordinary end.
bool reports_truncation(const std::string& line) {
  for (const char* word : {"prematurely", "runcat", "artial file", "incomplete"}) {
    if (line.find(word) != std::string::npos) return true;
  }
  return false;
}

// The end of the last samples that the index tables name.
std::int64_t promised_bytes(const AVFormatContext& context) {
  std::int64_t promised = 0;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    AVStream* const stream = context.streams[i];
    const int entries = avformat_index_get_entries_count(stream);
    if (entries == 0) continue;
    const AVIndexEntry* last = avformat_index_get_entry(stream, entries - 1);
    promised = std::max(promised, last->pos + last->size);
  }
  return promised;
}

// Sound whose header counts its samples.
std::optional<std::string> lack_of_time(const AVFormatContext& context, const std::map<int, std::int64_t>& ends) {
  constexpr std::array counted{"flac", "tak", "ape", "mpc", "tta", "wv"};
  if (context.duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return std::nullopt;
  if (std::ranges::find(counted, std::string_view(context.iformat->name)) == counted.end()) return std::nullopt;
  for (const auto& [index, end] : ends) {
    const AVStream& stream = *context.streams[index];
    const std::int64_t start = stream.start_time == AV_NOPTS_VALUE ? 0 : stream.start_time;
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO || stream.duration <= 0) continue;
    if (end - start >= stream.duration) continue;
    return "is truncated: it ends at " + seconds_text(end - start, rational(stream.time_base)) +
           ", and its header promises " + seconds_text(stream.duration, rational(stream.time_base));
  }
  return std::nullopt;
}

}  // namespace

void Truncation::see(const AVPacket& packet) {
  if (packet.pos >= 0) position_ = packet.pos;
  if (packet.pts == AV_NOPTS_VALUE) return;
  std::int64_t& end = ends_.try_emplace(packet.stream_index, INT64_MIN).first->second;
  end = std::max(end, packet.pts + packet.duration);
}

// Without a size, read to the end; a pipe too, since unread bytes would kill its writer.
std::int64_t Truncation::measure(AVIOContext& io, std::int64_t promised) {
  if (const auto size = io_.size()) return static_cast<std::int64_t>(*size);
  if (source_.can_seek()) avio_seek(&io, std::max<std::int64_t>(promised - 1, 0), SEEK_SET);
  std::int64_t end = avio_tell(&io);
  std::array<unsigned char, 4096> rest;
  for (int count = 0; (count = avio_read(&io, rest.data(), static_cast<int>(rest.size()))) > 0;) end += count;
  io_.check();
  return end;
}

std::optional<std::string> Truncation::find(AVFormatContext& context) {
  const std::string line = ffmpeg_log().take_last_error();
  if (auto lack = io_.lack()) return lack;
  if (reports_truncation(line)) return "is truncated (" + line + ")";
  const std::int64_t promised = promised_bytes(context), end = measure(*context.pb, promised);
  if (promised > end) {
    return "is truncated: it ends before byte " + std::to_string(promised) +
           ", where its index says that the samples do";
  }
  if (const auto lack = lack_of_time(context, ends_)) return lack;
  std::int64_t packet_bytes = 0;
  if (std::string_view(context.iformat->name) == "mpegts" &&
      av_opt_get_int(context.priv_data, "ts_packetsize", 0, &packet_bytes) >= 0 && packet_bytes > 0 &&
      (end - position_) % packet_bytes != 0) {
    return "is truncated: it ends inside a transport packet";
  }
  return std::nullopt;
}

}  // namespace sl::av
