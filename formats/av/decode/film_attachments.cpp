// AVFormatContext to attachments of track 0.

#include "formats/av/decode/film_attachments.h"

#include "formats/av/cover.h"
#include "formats/av/stream_track.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/wire/chapters.h"

namespace sl::av {

namespace {

constexpr AVRational nanosecond{1, 1000000000};

std::string text_tag(const AVDictionary* tags, const char* name) {
  const AVDictionaryEntry* entry = av_dict_get(tags, name, nullptr, 0);
  return entry == nullptr ? "" : entry->value;
}

Attachment cover_of(const AVStream& stream, const std::string& name, std::size_t number) {
  const AVPacket& picture = stream.attached_pic;
  check_metadata(name, static_cast<std::uint64_t>(picture.size), "a cover");
  Cover cover;
  cover.kind = cover_kind(text_tag(stream.metadata, "comment"));
  cover.media_type = cover_media_type(stream.codecpar->codec_id);
  cover.description = text_tag(stream.metadata, "title");
  cover.width = static_cast<std::uint32_t>(std::max(stream.codecpar->width, 0));
  cover.height = static_cast<std::uint32_t>(std::max(stream.codecpar->height, 0));
  cover.bytes.assign(reinterpret_cast<const char*>(picture.data), static_cast<std::size_t>(picture.size));
  return {number == 1 ? "cover" : "cover." + std::to_string(number), write_cover(cover), 0};
}

}  // namespace

bool is_cover(const AVStream& stream) { return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0; }

std::vector<Attachment> tags_of_film(const AVFormatContext& context, const std::string& name) {
  Json tags = Json::object();
  std::size_t bytes = 0;
  const auto add = [&](const AVDictionary* from) {
    for (const AVDictionaryEntry* entry = nullptr;
         (entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr;) {
      if (is_own_note(entry->key) || tags.contains(entry->key)) continue;
      bytes += std::string_view(entry->key).size() + std::string_view(entry->value).size();
      check_metadata(name, bytes, "the tags");
      tags[entry->key] = entry->value;
    }
  };
  add(context.metadata);
  if (has_tags_in_streams(context)) {
    for (unsigned i = 0; i < context.nb_streams; ++i) {
      if (!is_cover(*context.streams[i])) add(context.streams[i]->metadata);
    }
    tags.erase("language");
  }
  if (context.nb_programs == 1) add(context.programs[0]->metadata);
  std::vector<Attachment> attachments;
  if (!tags.empty()) attachments.push_back({"tags", write_json(tags), 0});
  return attachments;
}

std::vector<Attachment> parts_of_film(const AVFormatContext& context, const std::string& name) {
  std::vector<Attachment> attachments;
  std::vector<Chapter> chapters;
  for (unsigned i = 0; i < context.nb_chapters; ++i) {
    const AVChapter& chapter = *context.chapters[i];
    const auto time = [&](std::int64_t t) {
      return t == AV_NOPTS_VALUE ? no_time : av_rescale_q(t, chapter.time_base, nanosecond);
    };
    chapters.push_back({time(chapter.start), time(chapter.end), text_tag(chapter.metadata, "title")});
  }
  if (!chapters.empty()) attachments.push_back({"chapters", write_chapters(chapters), 0});
  constexpr std::size_t most_covers = 32;
  std::size_t covers = 0;
  for (unsigned i = 0; i < context.nb_streams && covers < most_covers; ++i) {
    const AVStream& stream = *context.streams[i];
    if (is_cover(stream) && stream.attached_pic.size > 0) attachments.push_back(cover_of(stream, name, ++covers));
  }
  return attachments;
}

}  // namespace sl::av
