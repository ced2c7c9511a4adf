// The JSON of chapters.

#include "libcore/wire/chapters.h"

#include "libcore/base/error.h"
#include "libcore/base/json_members.h"
#include "libcore/base/limits.h"
#include "libcore/media/attachment.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

std::string write_chapters(const std::vector<Chapter>& chapters) {
  Json list = Json::array();
  for (const Chapter& chapter : chapters) {
    Json entry{{"start", json_integer(chapter.start)}};
    if (chapter.end != no_time) entry["end"] = json_integer(chapter.end);
    if (!chapter.title.empty()) entry["title"] = chapter.title;
    list.push_back(std::move(entry));
  }
  return write_json({{"chapters", list}});
}

std::vector<Chapter> read_chapters(std::string_view json) {
  const Json members = parse_json(json, limits().metadata);
  const auto list = members.find("chapters");
  if (list == members.end() || !list->is_array()) wire::bad("chapters without a list");
  std::vector<Chapter> chapters;
  for (Json entry : *list) {
    if (!entry.is_object()) wire::bad("a chapter is not an object");
    const auto start = find_integer(entry, "start");
    if (!start) wire::bad("a chapter without a start");
    chapters.push_back({*start, find_integer(entry, "end").value_or(no_time), wire::take_text(entry, "title", false)});
  }
  return chapters;
}

void pass_with_chapters(Reader& in, const wire::Header& record, Writer& out, const ChangeOfChapter& change) {
  if (record.type != wire::Type::Attachment || record.track != 0) return in.pass(record, out);
  Attachment attachment = wire::read_attachment(record, in.body());
  if (attachment.name != "chapters" || attachment.bytes.empty()) return in.pass(record, out);
  std::vector<Chapter> chapters = read_chapters(attachment.bytes);
  std::erase_if(chapters, [&](Chapter& chapter) { return !change(chapter); });
  if (chapters.empty()) return;
  attachment.bytes = write_chapters(chapters);
  out.attachment(0, attachment);
}

}  // namespace sl
