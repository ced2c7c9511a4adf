// Members of TRACK that do not concern codecs to FFmpeg's dictionaries and side data.

#include "formats/av/av_tags.h"

#include <algorithm>
#include <cctype>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/track.h"

namespace sl::av {

namespace {

Json members_of(const Track& track) {
  return track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// Keywords of pictures ("Comment") are tags in lower case.
std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

int disposition_of(const Json& words) {
  int bits = 0;
  for (const Json& word : words) {
    if (!word.is_string()) continue;
    const int bit = av_disposition_from_string(word.get<std::string>().c_str());
    // A container stores a cover in another way than packets of film.
    if (bit > 0 && bit != AV_DISPOSITION_ATTACHED_PIC) bits |= bit;
  }
  return bits;
}

}  // namespace

void set_tags(AVStream& stream, const Track& track, bool keep_metadata) {
  const Json members = members_of(track);
  const auto set = [&](const char* key, const std::string& value) {
    av_dict_set(&stream.metadata, key, value.c_str(), 0);
  };
  if (members.contains("language")) set("language", text_of(members["language"]));
  if (members.contains("disposition")) stream.disposition = disposition_of(members["disposition"]);
  if (!keep_metadata) return;
  if (members.contains("title")) set("title", text_of(members["title"]));
  if (!members.contains("meta")) return;
  for (const auto& [key, value] : members["meta"].items()) {
    if (key == "text" && value.is_object()) {
      for (const auto& [keyword, text] : value.items()) set(lower_case(keyword).c_str(), text_of(text));
      continue;
    }
    // The encoder has changed, as has the format of a picture, and the display matrix holds the rotation.
    if (key != "encoder" && key != "rotate" && key != "format" && key != "coding") set(key.c_str(), text_of(value));
  }
}

void give_side_data(AVStream& stream, AVPacketSideDataType type, void* data, std::size_t size) {
  if (data == nullptr || av_stream_add_side_data(&stream, type, static_cast<std::uint8_t*>(data), size) < 0) {
    av_free(data);
    throw Error(Status::Resources, "out of memory");
  }
}

void set_orientation(AVStream& stream, int orientation) {
  auto* matrix = static_cast<std::int32_t*>(av_malloc(9 * sizeof(std::int32_t)));
  if (matrix != nullptr) display_matrix(orientation, matrix);
  give_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, matrix, 9 * sizeof(std::int32_t));
}

}  // namespace sl::av
