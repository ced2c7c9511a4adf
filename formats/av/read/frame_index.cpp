// Reading through a film's packets, and finding its frames.

#include "formats/av/read/frame_index.h"

#include <sys/stat.h>

#include <algorithm>

#include "libcore/base/limits.h"
#include "libcore/process/signals.h"

namespace sl::av {

namespace {

// Whether tables in the header of an MP4 or MOV list all packets. Fragments bring more tables, which lie between the
// samples and must be read.
bool has_complete_tables(Demuxer& film) {
  if (!film.can_seek() || std::string_view(film.context().iformat->name) != "mov,mp4,m4a,3gp,3g2,mj2") return false;
  AVIOContext* io = film.context().pb;
  const std::int64_t before = avio_tell(io), size = avio_size(io);
  bool header = false, fragments = false;
  constexpr int max_boxes = 1000;
  std::int64_t at = 0;
  for (int boxes = 0; at + 8 <= size && boxes < max_boxes && !fragments; ++boxes) {
    if (avio_seek(io, at, SEEK_SET) < 0) break;
    std::uint64_t length = avio_rb32(io);
    const std::uint32_t type = avio_rb32(io);
    if (length == 1) length = avio_rb64(io);
    if (length == 0) length = static_cast<std::uint64_t>(size - at);
    header = header || type == 0x6d6f6f76;                              // moov
    fragments = fragments || type == 0x6d6f6f66 || type == 0x73696478;  // moof, sidx
    if (length < 8 || length > static_cast<std::uint64_t>(size - at)) {
      at = size;
      break;
    }
    at += static_cast<std::int64_t>(length);
  }
  avio_seek(io, before, SEEK_SET);
  film.io().check();
  return header && !fragments && at == size;
}

// A VP8 reference frame that is never shown is a separate packet in WebM, and the container does not mark it.
bool is_hidden(const AVPacket& packet, AVCodecID codec) {
  if ((packet.flags & AV_PKT_FLAG_DISCARD) != 0) return true;
  return codec == AV_CODEC_ID_VP8 && packet.size > 0 && (packet.data[0] & 0x10) == 0;
}

// While the payload is skipped, no parser may see it: it would take the zeros for content.
class SkippedPayload {
 public:
  SkippedPayload(Demuxer& film, bool skip) : film_(film), skip_(skip) {
    if (!skip_) return;
    flags_ = film_.context().flags;
    avformat_flush(&film_.context());  // existing parsers
    film_.context().flags |= AVFMT_FLAG_NOPARSE;
    film_.io().skip_payload(true);
  }
  ~SkippedPayload() {
    if (!skip_) return;
    film_.context().flags = flags_;
    try {
      film_.io().skip_payload(false);
    } catch (const Error&) {
      // The next read fails too and reports it.
    }
  }
  SkippedPayload(const SkippedPayload&) = delete;
  SkippedPayload& operator=(const SkippedPayload&) = delete;

 private:
  Demuxer& film_;
  bool skip_;
  int flags_ = 0;
};

std::int64_t time_or_none(std::int64_t time) { return time == AV_NOPTS_VALUE ? no_time : time; }

}  // namespace

void FrameIndex::sort() {
  shown.clear();
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (!packets[i].hidden) shown.push_back(static_cast<std::uint32_t>(i));
  }
  std::ranges::stable_sort(shown, {}, [this](std::uint32_t i) { return packets[i].pts; });
}

FrameTable FrameIndex::table() const {
  FrameTable table;
  table.time_base = time_base;
  table.pts.reserve(shown.size());
  table.key.reserve(shown.size());
  for (const std::uint32_t i : shown) {
    table.pts.push_back(packets[i].pts);
    table.key.push_back(packets[i].key);
  }
  if (shown.empty()) return table;
  std::int64_t duration = packets[shown.back()].duration;
  if (duration <= 0 && rate.num > 0) duration = rescale(1, {rate.den, rate.num}, time_base);
  if (duration <= 0 && shown.size() > 1) duration = table.pts.back() - table.pts[table.pts.size() - 2];
  if (__builtin_add_overflow(table.pts.back(), std::max<std::int64_t>(duration, 1), &table.end)) {
    table.end = std::numeric_limits<std::int64_t>::max();
  }
  return table;
}

SourceVersion version_of(const Source& source) {
  SourceVersion version;
  version.size = source.size();
  struct stat info {};
  if (source.fd() >= 0 && fstat(source.fd(), &info) == 0 && S_ISREG(info.st_mode)) {
    const std::int64_t time = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
    version.version = "mtime:" + std::to_string(time);
  }
  return version;
}

std::vector<FrameIndex> scan_frames(Demuxer& film, const std::vector<int>& streams, const LookAtPacket& look) {
  std::vector<FrameIndex> indices;
  std::vector<int> place(static_cast<std::size_t>(film.streams()), -1);
  bool needs_payload = false;  // to know which frames are shown
  for (const int stream : streams) {
    place.at(static_cast<std::size_t>(stream)) = static_cast<int>(indices.size());
    const AVStream& from = film.stream(stream);
    FrameIndex& index = indices.emplace_back();
    index.stream = stream;
    index.codec = avcodec_get_name(from.codecpar->codec_id);
    index.time_base = rational(from.time_base);
    if (is_wire_rational(from.avg_frame_rate)) index.rate = rational(from.avg_frame_rate);
    needs_payload = needs_payload || from.codecpar->codec_id == AV_CODEC_ID_VP8;
  }
  film.select(streams);
  if (film.can_seek()) film.rewind();
  {
    const SkippedPayload skipped(film, !look && !needs_payload && has_complete_tables(film));
    const PacketPtr packet = new_packet();
    std::uint64_t count = 0;
    for (; film.read(*packet); av_packet_unref(packet.get())) {
      const auto stream = static_cast<std::size_t>(packet->stream_index);
      if (stream >= place.size() || place[stream] < 0 || packet->size == 0) continue;
      if (++count % 4096 == 0) {
        check_memory(film.name(), count * sizeof(IndexedPacket), "an index of its packets");
        if (interrupted() != 0) fail_interrupted();
      }
      FrameIndex& index = indices[static_cast<std::size_t>(place[stream])];
      IndexedPacket& entry = index.packets.emplace_back();
      entry.dts = time_or_none(packet->dts);
      entry.pts = packet->pts != AV_NOPTS_VALUE ? packet->pts : entry.dts;
      if (entry.pts == no_time) entry.pts = index.packets.size() > 1 ? index.packets.end()[-2].pts : 0;
      entry.duration = packet->duration;
      entry.position = packet->pos;
      entry.size = packet->size;
      entry.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
      entry.hidden = is_hidden(*packet, film.stream(packet->stream_index).codecpar->codec_id);
      if (look) look(*packet);
    }
  }
  for (FrameIndex& index : indices) index.sort();
  for (int i = 0; i < film.streams(); ++i) film.stream(i).discard = AVDISCARD_DEFAULT;
  return indices;
}

}  // namespace sl::av
