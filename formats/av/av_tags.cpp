// Members of TRACK that do not concern codecs to FFmpeg's dictionaries and side data.

#include "formats/av/av_tags.h"
#include "libcore/media/track.h"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {

Json members_of(const Track& track) {
  return track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// [num, den] of the `hdr` member, which is not checked yet; 0/1 if it is no ratio.
AVRational ratio_of(const Json& value) {
  if (!value.is_array() || value.size() != 2) return {0, 1};
  if (!value[0].is_number_integer() || !value[1].is_number_integer()) return {0, 1};
  const auto num = value[0].get<std::int64_t>();
  const auto den = value[1].get<std::int64_t>();
  if (num < 0 || num > wire_limit::number || den < 1 || den > wire_limit::number) return {0, 1};
  return {static_cast<int>(num), static_cast<int>(den)};
}

bool is_pair(const Json& hdr, const char* name) {
  return hdr.contains(name) && hdr[name].is_array() && hdr[name].size() == 2;
}

// Give side data that FFmpeg allocated to the stream.
template <class Data>
void add(AVStream& stream, AVPacketSideDataType type, Data* data, std::size_t size) {
  if (data == nullptr || av_stream_add_side_data(&stream, type, reinterpret_cast<std::uint8_t*>(data), size) < 0) {
    av_free(data);
    throw Error(Status::Resources, "out of memory");
  }
}

void set_mastering(AVStream& stream, const Json& hdr) {
  AVMasteringDisplayMetadata mastering{};
  if (hdr.contains("primaries") && hdr["primaries"].is_array() && hdr["primaries"].size() == 3 &&
      is_pair(hdr, "white_point")) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Json& point = hdr["primaries"][i];
      if (!point.is_array() || point.size() != 2) return;
      for (std::size_t axis = 0; axis < 2; ++axis) mastering.display_primaries[i][axis] = ratio_of(point[axis]);
    }
    for (std::size_t axis = 0; axis < 2; ++axis) mastering.white_point[axis] = ratio_of(hdr["white_point"][axis]);
    mastering.has_primaries = 1;
  }
  if (hdr.contains("min_luminance") && hdr.contains("max_luminance")) {
    mastering.min_luminance = ratio_of(hdr["min_luminance"]);
    mastering.max_luminance = ratio_of(hdr["max_luminance"]);
    mastering.has_luminance = 1;
  }
  if (mastering.has_primaries == 0 && mastering.has_luminance == 0) return;
  AVMasteringDisplayMetadata* data = av_mastering_display_metadata_alloc();
  if (data != nullptr) *data = mastering;
  add(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, data, sizeof(mastering));
}

void set_light(AVStream& stream, const Json& hdr) {
  const auto level = [&](const char* name) {
    return hdr.contains(name) && hdr[name].is_number_unsigned() ? static_cast<unsigned>(hdr[name].get<std::uint32_t>())
                                                                : 0u;
  };
  const unsigned brightest = level("max_content_light"), average = level("max_frame_average_light");
  if (brightest == 0 && average == 0) return;
  std::size_t size = 0;
  AVContentLightMetadata* data = av_content_light_metadata_alloc(&size);
  if (data != nullptr) {
    data->MaxCLL = brightest;
    data->MaxFALL = average;
  }
  add(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, data, size);
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
    // The encoder has changed, and the display matrix holds the rotation.
    if (key != "encoder" && key != "rotate") set(key.c_str(), text_of(value));
  }
}

void set_hdr(AVStream& stream, const Track& track) {
  const Json members = members_of(track);
  if (!members.contains("hdr") || !members["hdr"].is_object()) return;
  set_mastering(stream, members["hdr"]);
  set_light(stream, members["hdr"]);
}

void set_orientation(AVStream& stream, int orientation) {
  auto* matrix = static_cast<std::int32_t*>(av_malloc(9 * sizeof(std::int32_t)));
  if (matrix != nullptr) display_matrix(orientation, matrix);
  add(stream, AV_PKT_DATA_DISPLAYMATRIX, matrix, 9 * sizeof(std::int32_t));
}

}  // namespace sl::av
