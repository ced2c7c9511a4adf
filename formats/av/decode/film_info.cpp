// Facts of containers and streams, from their headers and from their packets.

#include "formats/av/decode/film_info.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "formats/av/hdr.h"
#include "formats/av/stream_track.h"
#include "libcore/base/error.h"
#include "libcore/base/json.h"

namespace sl::av {

namespace {

constexpr std::size_t max_tags = 64;

Json tags_of(const AVDictionary* tags) {
  Json json = Json::object();
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(tags, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr && json.size() < max_tags) {
    json[printable(entry->key, 200)] = printable(entry->value, 1000);
  }
  return json;
}

double seconds(std::int64_t ticks, AVRational base) {
  return static_cast<double>(ticks) * static_cast<double>(base.num) / static_cast<double>(base.den);
}

void add_ratio(Json& json, const char* name, AVRational value) {
  if (value.num > 0 && value.den > 0) json[name] = {value.num, value.den};
}

void add_tags(Json& track, const AVStream& stream) {
  Json tags = tags_of(stream.metadata);
  for (const char* name : {"language", "title"}) {
    if (tags.contains(name) && tags[name] != "und") track[name] = tags[name];
    tags.erase(name);
  }
  for (int left = stream.disposition; left != 0; left &= left - 1) {
    const char* word = av_disposition_to_string(left & -left);
    if (word != nullptr) track["disposition"].push_back(word);
  }
  if (!tags.empty()) track["meta"] = tags;
}

// The codec's numbers for levels in their usual notation.
Json level_of(const AVCodecParameters& codec) {
  if (codec.codec_id == AV_CODEC_ID_H264 && codec.level == 9) return "1b";
  if (codec.codec_id == AV_CODEC_ID_H264) return codec.level / 10.0;
  if (codec.codec_id == AV_CODEC_ID_HEVC) return codec.level / 30.0;
  if (codec.codec_id == AV_CODEC_ID_AV1) {
    const int whole = 2 + codec.level / 4;
    return whole + (codec.level % 4) / 10.0;
  }
  return codec.level;
}

void add_codec(Json& track, const AVCodecParameters& codec) {
  if (const char* profile = avcodec_profile_name(codec.codec_id, codec.profile)) track["profile"] = profile;
  if (codec.level != FF_LEVEL_UNKNOWN && codec.level != 0) track["level"] = level_of(codec);
  if (codec.codec_tag != 0) {
    std::array<char, AV_FOURCC_MAX_STRING_SIZE> text{};
    track["tag"] = printable(av_fourcc_make_string(text.data(), codec.codec_tag), 40);
  }
}

// Whether the file is a picture, which FFmpeg reads as a film of 25 a second ("bmp_pipe").
bool is_still(Demuxer& film) { return std::string_view(film.context().iformat->name).ends_with("_pipe"); }

void add_video(Json& track, Demuxer& film, const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  track["width"] = codec.width;
  track["height"] = codec.height;
  const auto format = static_cast<AVPixelFormat>(codec.format);
  if (const char* name = av_get_pix_fmt_name(format)) track["pixels"] = name;
  if (const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format)) track["bits"] = description->comp[0].depth;
  const Color color = wire_color(codec);
  constexpr std::array ranges{"unknown", "full", "limited"};
  constexpr std::array sitings{"unknown", "center", "left", "topleft"};
  track["color"] = {{"primaries", color.primaries},
                    {"transfer", color.transfer},
                    {"matrix", color.matrix},
                    {"range", ranges.at(static_cast<std::size_t>(color.range))},
                    {"chroma", sitings.at(static_cast<std::size_t>(color.chroma))}};
  if (!is_still(film)) {
    add_ratio(track, "average_rate", stream.avg_frame_rate);
    add_ratio(track, "real_rate", stream.r_frame_rate);
  }
  AVRational aspect = av_guess_sample_aspect_ratio(&film.context(), const_cast<AVStream*>(&stream), nullptr);
  add_ratio(track, "sample_aspect", aspect);
  if (aspect.num > 0 && codec.height > 0) {
    AVRational shown{};
    av_reduce(&shown.num, &shown.den, std::int64_t{codec.width} * aspect.num, std::int64_t{codec.height} * aspect.den,
              1 << 20);
    add_ratio(track, "display_aspect", shown);
  }
  std::size_t size = 0;
  const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (matrix != nullptr && size >= 36) {
    const auto* numbers = reinterpret_cast<const std::int32_t*>(matrix);
    const double turned = av_display_rotation_get(numbers);  // counterclockwise
    if (std::isfinite(turned))
      track["rotation"] = std::remainder(-turned, 360.0) == -180 ? 180 : std::lround(std::remainder(-turned, 360.0));
    track["orientation"] = orientation_of(numbers);
  }
  constexpr std::array orders{"", "progressive", "top", "bottom"};
  const Fields fields = fields_of(codec.field_order);
  if (fields != Fields::Unknown) track["fields"] = orders.at(static_cast<std::size_t>(fields));
  if (const Json hdr = hdr_of(stream); !hdr.is_null()) track["hdr"] = hdr;
}

void add_audio(Json& track, const AVCodecParameters& codec) {
  if (const char* name = av_get_sample_fmt_name(static_cast<AVSampleFormat>(codec.format))) track["samples"] = name;
  const int bits = codec.bits_per_raw_sample != 0 ? codec.bits_per_raw_sample : codec.bits_per_coded_sample;
  if (bits > 0) track["bits"] = bits;
  track["sample_rate"] = codec.sample_rate;
  track["channels"] = codec.ch_layout.nb_channels;
  if (const std::string layout = layout_name(codec.ch_layout); !layout.empty()) track["layout"] = layout;
}

// The header's count: MP4's tables and AVI's header have one, and Matroska in a tag that mkvmerge writes.
std::int64_t frames_in_header(const AVStream& stream) {
  if (stream.nb_frames > 0) return stream.nb_frames;
  const AVDictionaryEntry* entry = av_dict_get(stream.metadata, "NUMBER_OF_FRAMES", nullptr, AV_DICT_IGNORE_SUFFIX);
  std::int64_t frames = 0;
  if (entry != nullptr) std::from_chars(entry->value, entry->value + std::string_view(entry->value).size(), frames);
  return frames;
}

// The shortest and longest frame, and the distances of key frames.
void add_frame_distances(Json& scan, const FrameTable& table, AVRational base) {
  const std::size_t frames = table.pts.size();
  std::int64_t shortest = table.end - table.pts.back(), longest = shortest;
  std::size_t keys = 0, last_key = 0, nearest = frames, farthest = 0;
  for (std::size_t i = 0; i < frames; ++i) {
    if (i != 0) {
      shortest = std::min(shortest, table.pts[i] - table.pts[i - 1]);
      longest = std::max(longest, table.pts[i] - table.pts[i - 1]);
    }
    if (!table.key[i]) continue;
    if (keys++ != 0) {
      nearest = std::min(nearest, i - last_key);
      farthest = std::max(farthest, i - last_key);
    }
    last_key = i;
  }
  scan["frame_duration"] = {seconds(shortest, base), seconds(longest, base)};
  scan["key_frames"] = keys;
  if (keys > 1) scan["key_interval"] = {nearest, farthest};
}

// The names of the header's facts that the scan contradicts by more than a tick (in seconds) and the length of a frame
// can explain.
Json differences(const Json& scan, const Json& facts, double tick) {
  Json differs = Json::array();
  const bool video = facts["kind"] == "video";
  const auto number = [](const Json& value) { return value.get<double>(); };
  // A sound codec gets packets before the audible ones, and only a part of the first audible one may be heard.
  const Json& counted = scan[video ? "frames" : "packets"];
  const double length = number(scan["duration"]), rate = video ? number(scan["rate"]) : 0;
  const double frame = rate > 0 ? 1 / rate : length / number(scan["frames"]);
  if (facts.contains("frames") && facts["frames"] != counted) differs.push_back("frames");
  if (facts.contains("duration") && std::abs(number(facts["duration"]) - length) > std::max(frame, tick) * 1.001) {
    differs.push_back("duration");
  }
  if (facts.contains("start") &&
      std::abs(number(facts["start"]) - number(scan["begin"])) > (video ? tick : frame) * 1.001) {
    differs.push_back("start");
  }
  if (rate > 0 && facts.contains("average_rate")) {
    const double announced = number(facts["average_rate"][0]) / number(facts["average_rate"][1]);
    const double allowed = rate * rate * (frame / length) * tick / frame + rate * tick / frame;
    const bool several = scan["frames"] > 1;
    if (std::abs(announced - rate) > std::max(allowed, rate * 0.001) && several) differs.push_back("rate");
  }
  return differs;
}

}  // namespace

Json container_facts(Demuxer& film) {
  const AVFormatContext& context = film.context();
  Json json{{"format", context.iformat->name}, {"format_name", context.iformat->long_name}};
  if (is_still(film)) json["format_name"] = avcodec_descriptor_get(film.stream(0).codecpar->codec_id)->long_name;
  if (film.is_dash()) json = {{"format", "dash"}, {"format_name", "Dynamic Adaptive Streaming over HTTP"}};
  if (context.duration != AV_NOPTS_VALUE) json["duration"] = seconds(context.duration, {1, AV_TIME_BASE});
  if (context.start_time != AV_NOPTS_VALUE) json["start"] = seconds(context.start_time, {1, AV_TIME_BASE});
  if (context.bit_rate > 0 && !film.is_playlist()) json["bit_rate"] = context.bit_rate;
  if (const std::int64_t size = avio_size(context.pb); size >= 0 && !film.is_playlist()) json["size"] = size;
  if (const Json tags = tags_of(context.metadata); !tags.empty()) json["meta"] = tags;
  for (unsigned i = 0; i < context.nb_chapters && i < 1000; ++i) {
    const AVChapter& chapter = *context.chapters[i];
    Json entry{{"start", seconds(chapter.start, chapter.time_base)}, {"end", seconds(chapter.end, chapter.time_base)}};
    const AVDictionaryEntry* title = av_dict_get(chapter.metadata, "title", nullptr, 0);
    if (title != nullptr) entry["title"] = printable(title->value, 1000);
    json["chapters"].push_back(entry);
  }
  return json;
}

Json track_facts(Demuxer& film, int index) {
  const AVStream& stream = film.stream(index);
  const AVCodecParameters& codec = *stream.codecpar;
  const bool video = codec.codec_type == AVMEDIA_TYPE_VIDEO, audio = codec.codec_type == AVMEDIA_TYPE_AUDIO;
  Json track{{"track", index + 1}, {"stream", index}, {"kind", video ? "video" : audio ? "audio" : "data"}};
  if (!video && !audio && av_get_media_type_string(codec.codec_type) != nullptr) {
    track["type"] = av_get_media_type_string(codec.codec_type);
  }
  track["codec"] = avcodec_get_name(codec.codec_id);
  add_codec(track, codec);
  track["time_base"] = {stream.time_base.num, stream.time_base.den};
  if (video) add_video(track, film, stream);
  if (audio) add_audio(track, codec);
  const auto time = [&](const std::string& name, std::int64_t ticks) {
    if (ticks == AV_NOPTS_VALUE) return;
    track[name] = seconds(ticks, stream.time_base);
    track[name + "_ticks"] = ticks;
  };
  time("start", stream.start_time);
  time("duration", stream.duration);
  if (codec.bit_rate > 0) track["bit_rate"] = codec.bit_rate;
  if (const std::int64_t frames = frames_in_header(stream); frames > 0) track["frames"] = frames;
  add_tags(track, stream);
  return track;
}

Json scan_facts(const FrameIndex& index, const Json& facts) {
  const AVRational base = av_rational(index.time_base);
  const FrameTable table = index.table();
  const std::size_t frames = table.pts.size();
  Json scan{{"frames", frames}, {"packets", index.packets.size()}};
  if (frames != index.packets.size()) scan["hidden"] = index.packets.size() - frames;
  std::int64_t bytes = 0;
  for (const IndexedPacket& packet : index.packets) bytes += packet.size;
  scan["bytes"] = bytes;
  if (frames == 0) return scan;
  const std::int64_t begin = table.pts.front();
  const double length = seconds(table.end - begin, base);
  scan.update(Json{{"begin", seconds(begin, base)},
                   {"end", seconds(table.end, base)},
                   {"begin_ticks", begin},
                   {"end_ticks", table.end},
                   {"duration", length}});
  if (length > 0) scan["bit_rate"] = std::llround(static_cast<double>(bytes) * 8 / length);
  if (facts["kind"] == "video") {
    scan["rate"] = length > 0 ? static_cast<double>(frames) / length : 0.0;
    add_frame_distances(scan, table, base);
  }
  if (const Json differs = differences(scan, facts, seconds(1, base)); !differs.empty()) scan["differs"] = differs;
  return scan;
}

}  // namespace sl::av
