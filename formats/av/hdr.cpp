// Between JSON, side data and the texts of encoders.

#include "formats/av/hdr.h"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

#include <algorithm>
#include <array>
#include <optional>

#include "formats/av/av_tags.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/track.h"

namespace sl::av {

namespace {

// ---- To JSON ----

Json pair(AVRational r) { return Json::array({r.num, r.den}); }

void add_mastering(Json& hdr, const void* data) {
  const auto& m = *static_cast<const AVMasteringDisplayMetadata*>(data);
  if (m.has_primaries != 0) {
    for (const auto& primary : m.display_primaries) hdr["primaries"].push_back({pair(primary[0]), pair(primary[1])});
    hdr["white_point"] = {pair(m.white_point[0]), pair(m.white_point[1])};
  }
  if (m.has_luminance != 0) {
    hdr["min_luminance"] = pair(m.min_luminance);
    hdr["max_luminance"] = pair(m.max_luminance);
  }
}

void add_light(Json& hdr, const void* data) {
  const auto& light = *static_cast<const AVContentLightMetadata*>(data);
  hdr["max_content_light"] = light.MaxCLL;
  hdr["max_frame_average_light"] = light.MaxFALL;
}

// ---- From JSON, which is not checked yet ----

// 0/1 if it is no ratio.
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

Json hdr_member(const Track& track) {
  const Json members = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  return members.contains("hdr") && members["hdr"].is_object() ? members["hdr"] : Json::object();
}

std::optional<AVMasteringDisplayMetadata> mastering_of(const Json& hdr) {
  AVMasteringDisplayMetadata mastering{};
  if (hdr.contains("primaries") && hdr["primaries"].is_array() && hdr["primaries"].size() == 3 &&
      is_pair(hdr, "white_point")) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Json& point = hdr["primaries"][i];
      if (!point.is_array() || point.size() != 2) return std::nullopt;
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
  if (mastering.has_primaries == 0 && mastering.has_luminance == 0) return std::nullopt;
  return mastering;
}

std::optional<AVContentLightMetadata> light_of(const Json& hdr) {
  const auto level = [&](const char* name) {
    return hdr.contains(name) && hdr[name].is_number_unsigned() && hdr[name] <= wire_limit::number
               ? hdr[name].get<unsigned>()
               : 0u;
  };
  const AVContentLightMetadata light{level("max_content_light"), level("max_frame_average_light")};
  if (light.MaxCLL == 0 && light.MaxFALL == 0) return std::nullopt;
  return light;
}

// ---- The texts of encoders ----

// The value in units of 1/scale, as x264 and x265 count (ITU-T H.265, D.3.28); as a decimal fraction if scale is 0.
std::string units(AVRational value, int scale) {
  if (scale == 0) return std::to_string(av_q2d(value));
  return std::to_string(av_rescale_rnd(value.num, scale, value.den, AV_ROUND_NEAR_INF));
}

std::string display_text(const AVMasteringDisplayMetadata& m, int chromaticity, int luminance) {
  const auto two = [](AVRational x, AVRational y, int scale) {
    return "(" + units(x, scale) + "," + units(y, scale) + ")";
  };
  std::string text;
  for (const auto& [name, i] : {std::pair{"G", 1}, {"B", 2}, {"R", 0}}) {
    text += name + two(m.display_primaries[i][0], m.display_primaries[i][1], chromaticity);
  }
  text += "WP" + two(m.white_point[0], m.white_point[1], chromaticity);
  return text + "L" + two(m.max_luminance, m.min_luminance, luminance);
}

struct EncoderKeys {
  std::string_view encoder, option, display, light;
  int chromaticity, luminance;  // units a whole; 0: decimal fractions
};
constexpr std::array encoder_keys{
    EncoderKeys{"libx264", "x264-params", "mastering-display", "cll", 50000, 10000},
    EncoderKeys{"libx265", "x265-params", "master-display", "max-cll", 50000, 10000},
    EncoderKeys{"libsvtav1", "svtav1-params", "mastering-display", "content-light", 0, 0}};

}  // namespace

Json hdr_of(const AVStream& stream) {
  Json hdr;
  if (const auto* data = av_stream_get_side_data(&stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, nullptr)) {
    add_mastering(hdr, data);
  }
  if (const auto* data = av_stream_get_side_data(&stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, nullptr))
    add_light(hdr, data);
  return hdr;
}

Json hdr_of(const AVFrame& frame) {
  Json hdr;
  if (const auto* side = av_frame_get_side_data(&frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)) {
    add_mastering(hdr, side->data);
  }
  if (const auto* side = av_frame_get_side_data(&frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)) add_light(hdr, side->data);
  return hdr;
}

void set_hdr(AVStream& stream, const Track& track) {
  const Json hdr = hdr_member(track);
  if (const auto mastering = mastering_of(hdr)) {
    AVMasteringDisplayMetadata* data = av_mastering_display_metadata_alloc();
    if (data != nullptr) *data = *mastering;
    give_side_data(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, data, sizeof(*mastering));
  }
  if (const auto light = light_of(hdr)) {
    std::size_t size = 0;
    AVContentLightMetadata* data = av_content_light_metadata_alloc(&size);
    if (data != nullptr) *data = *light;
    give_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, data, size);
  }
}

HdrParameters hdr_parameters(const Track& track, std::string_view encoder) {
  const auto* keys = std::ranges::find(encoder_keys, encoder, &EncoderKeys::encoder);
  if (keys == encoder_keys.end()) return {};
  const Json hdr = hdr_member(track);
  const auto mastering = mastering_of(hdr);
  const auto light = light_of(hdr);
  HdrParameters parameters{keys->option, {}};
  const auto add = [&](std::string_view key, const std::string& value) {
    parameters.text += (parameters.text.empty() ? "" : ":") + std::string(key) + "=" + value;
  };
  if (mastering && mastering->has_primaries != 0 && mastering->has_luminance != 0) {
    add(keys->display, display_text(*mastering, keys->chromaticity, keys->luminance));
  }
  if (light) add(keys->light, std::to_string(light->MaxCLL) + "," + std::to_string(light->MaxFALL));
  return parameters.text.empty() ? HdrParameters{} : parameters;
}

}  // namespace sl::av
