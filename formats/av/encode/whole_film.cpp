// Attachments to AVFormatContext.

#include "formats/av/encode/whole_film.h"

extern "C" {
#include <libavutil/avstring.h>
#include <libavutil/base64.h>
}

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/attachment.h"

namespace sl::av {

namespace {

using Covers = ContainerFacts::Covers;

AVStream& new_stream(AVFormatContext& format, AVMediaType type, const Cover& cover) {
  AVStream* stream = avformat_new_stream(&format, nullptr);
  check_allocated(stream);
  stream->codecpar->codec_type = type;
  stream->codecpar->codec_id = cover_codec(cover.media_type);
  stream->codecpar->width = static_cast<int>(std::min<std::uint32_t>(std::max(cover.width, 1u), 65535));
  stream->codecpar->height = static_cast<int>(std::min<std::uint32_t>(std::max(cover.height, 1u), 65535));
  stream->time_base = {1, 1};
  if (!cover.description.empty()) av_dict_set(&stream->metadata, "title", cover.description.c_str(), 0);
  return *stream;
}

// Matroska recognises a cover by its name.
void attach_file(AVFormatContext& format, const Cover& cover) {
  AVStream& stream = new_stream(format, AVMEDIA_TYPE_ATTACHMENT, cover);
  const std::string suffix = cover.media_type == "image/jpeg" ? "jpg" : cover.media_type.substr(sizeof("image/") - 1);
  av_dict_set(&stream.metadata, "filename", ("cover." + suffix).c_str(), 0);
  av_dict_set(&stream.metadata, "mimetype", cover.media_type.c_str(), 0);
  set_extradata(*stream.codecpar, cover.bytes);
}

std::string base64(const std::string& bytes) {
  std::string text(AV_BASE64_SIZE(bytes.size()), '\0');
  av_base64_encode(text.data(), static_cast<int>(text.size()), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                   static_cast<int>(bytes.size()));
  text.resize(text.size() - 1);
  return text;
}

}  // namespace

WholeFilm::WholeFilm(const ContainerFacts& container, const std::vector<Attachment>& attachments)
    : container_(container) {
  for (const Attachment& attachment : attachments) {
    if (attachment.name == "tags") {
      const Json tags = parse_json(attachment.bytes, limits().metadata);
      for (const auto& [key, value] : tags.items()) {
        if (value.is_string()) tags_.emplace_back(key, value.get<std::string>());
      }
    } else if (attachment.name == "chapters") {
      chapters_ = read_chapters(attachment.bytes);
    } else if (attachment.name == "cover" || attachment.name.starts_with("cover.")) {
      covers_.push_back(read_cover(attachment.bytes));
    }
  }
}

void WholeFilm::describe(AVFormatContext& format, LostFacts& lost) {
  set_tags(format, lost);
  if (!chapters_.empty() && !container_.holds(fact::chapters)) lost.report("the chapters");
  if (container_.covers == Covers::Comments || container_.muxer == "flac") {
    comment_chapters(format);
  } else if (container_.holds(fact::chapters)) {
    set_chapters(format);
  }
  for (const Cover& cover : covers_) add_cover(format, cover, lost);
}

// The film's tags precede those that tracks left for the file.
void WholeFilm::set_tags(AVFormatContext& format, LostFacts& lost) const {
  for (const auto& [key, value] : tags_) av_dict_set(&format.metadata, key.c_str(), value.c_str(), 0);
  take_title(format, lost);
  std::vector<std::string> left_out;
  for (const AVDictionaryEntry* entry = nullptr;
       (entry = av_dict_get(format.metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr;) {
    if (!holds_tag(container_, entry->key)) left_out.emplace_back(entry->key);
  }
  std::string names;
  for (const std::string& key : left_out) {
    av_dict_set(&format.metadata, key.c_str(), nullptr, 0);
    names += (names.empty() ? "" : ", ") + printable(key, 60);
  }
  if (!names.empty()) lost.report((left_out.size() == 1 ? "the tag " : "the tags ") + names);
}

// Of a song in Ogg the comments of its only stream are the film's tags.
void WholeFilm::take_title(AVFormatContext& format, LostFacts& lost) const {
  const bool named =
      std::ranges::any_of(tags_, [](const auto& tag) { return av_strcasecmp(tag.first.c_str(), "title") == 0; });
  if (container_.covers != Covers::Comments || format.nb_streams != 1 || !named) return;
  AVDictionary*& comments = format.streams[0]->metadata;
  if (av_dict_get(comments, "title", nullptr, 0) == nullptr) return;
  av_dict_set(&comments, "title", nullptr, 0);
  lost.report("the title of track 1");
}

// As comments of Vorbis, which FFmpeg reads and does not write.
void WholeFilm::comment_chapters(AVFormatContext& format) const {
  const bool in_stream = container_.covers == Covers::Comments && format.nb_streams != 0;
  AVDictionary*& comments = in_stream ? format.streams[0]->metadata : format.metadata;
  for (std::size_t i = 0; i < chapters_.size() && i < 1000; ++i) {
    std::array<char, 64> key{}, time{};
    const std::int64_t ms = std::max<std::int64_t>(chapters_[i].start, 0) / 1000000;
    std::snprintf(key.data(), key.size(), "CHAPTER%03zu", i);
    std::snprintf(time.data(), time.size(), "%02d:%02d:%02d.%03d", static_cast<int>(ms / 3600000),
                  static_cast<int>(ms / 60000 % 60), static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
    av_dict_set(&comments, key.data(), time.data(), 0);
    if (!chapters_[i].title.empty()) {
      av_dict_set(&comments, (std::string(key.data()) + "NAME").c_str(), chapters_[i].title.c_str(), 0);
    }
  }
}

void WholeFilm::set_chapters(AVFormatContext& format) const {
  if (chapters_.empty()) return;
  format.chapters = static_cast<AVChapter**>(av_calloc(chapters_.size(), sizeof(AVChapter*)));
  check_allocated(format.chapters);
  for (std::size_t i = 0; i < chapters_.size(); ++i) {
    auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    check_allocated(chapter);
    format.chapters[format.nb_chapters++] = chapter;
    const bool is_last = i + 1 == chapters_.size();
    const std::int64_t next = is_last ? chapters_[i].start : chapters_[i + 1].start;
    chapter->id = static_cast<std::int64_t>(i) + 1;
    chapter->time_base = {1, 1000000000};
    chapter->start = chapters_[i].start;
    chapter->end = chapters_[i].end == no_time ? next : chapters_[i].end;
    if (!chapters_[i].title.empty()) av_dict_set(&chapter->metadata, "title", chapters_[i].title.c_str(), 0);
  }
}

void WholeFilm::add_cover(AVFormatContext& format, const Cover& cover, LostFacts& lost) {
  const bool known = cover_codec(cover.media_type) != AV_CODEC_ID_NONE;
  if (container_.covers == Covers::Comments && format.nb_streams != 0) {
    av_dict_set(&format.streams[0]->metadata, "METADATA_BLOCK_PICTURE", base64(write_cover(cover)).c_str(),
                AV_DICT_MULTIKEY);
  } else if (container_.covers == Covers::Files && known) {
    attach_file(format, cover);
  } else if (container_.covers == Covers::Packets && known) {
    AVStream& stream = new_stream(format, AVMEDIA_TYPE_VIDEO, cover);
    stream.disposition = AV_DISPOSITION_ATTACHED_PIC;
    av_dict_set(&stream.metadata, "comment", std::string(cover_kind_name(cover.kind)).c_str(), 0);
    streams_.emplace_back(stream.index, &cover);
  } else {
    lost.report("the cover");
  }
}

void WholeFilm::write_covers(AVFormatContext& format) const {
  for (const auto& [stream, cover] : streams_) {
    const PacketPtr packet = new_packet();
    check_allocated(av_new_packet(packet.get(), static_cast<int>(cover->bytes.size())));
    std::memcpy(packet->data, cover->bytes.data(), cover->bytes.size());
    packet->stream_index = stream;
    packet->pts = packet->dts = 0;
    packet->flags |= AV_PKT_FLAG_KEY;
    const int code = av_write_frame(&format, packet.get());
    if (code < 0) throw av_failure(code, "a cover", "cannot be written");
  }
}

}  // namespace sl::av
