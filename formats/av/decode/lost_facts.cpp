// The lists of what the wire has no place for, and of streams that are no part of a film's content.

#include "formats/av/decode/lost_facts.h"

#include <algorithm>
#include <array>

#include "formats/av/decode/film_attachments.h"
#include "formats/av/read/demuxer.h"
#include "libcore/base/error.h"

namespace sl::av {

namespace {

struct OfStream {
  AVPacketSideDataType type;
  std::string_view name;
};
constexpr std::array of_streams{OfStream{AV_PKT_DATA_SPHERICAL, "the spherical projection"},
                                OfStream{AV_PKT_DATA_STEREO3D, "the arrangement of stereoscopic pictures"},
                                OfStream{AV_PKT_DATA_DOVI_CONF, "Dolby Vision metadata"}};

struct OfFrame {
  AVFrameSideDataType type;
  std::string_view name;
};
constexpr std::array of_frames{OfFrame{AV_FRAME_DATA_SPHERICAL, "the spherical projection"},
                               OfFrame{AV_FRAME_DATA_STEREO3D, "the arrangement of stereoscopic pictures"},
                               OfFrame{AV_FRAME_DATA_DOVI_RPU_BUFFER, "Dolby Vision metadata"},
                               OfFrame{AV_FRAME_DATA_DOVI_METADATA, "Dolby Vision metadata"},
                               OfFrame{AV_FRAME_DATA_DYNAMIC_HDR_PLUS, "HDR10+ metadata"},
                               OfFrame{AV_FRAME_DATA_A53_CC, "closed captions"},
                               OfFrame{AV_FRAME_DATA_AFD, "the active format (AFD)"},
                               OfFrame{AV_FRAME_DATA_S12M_TIMECODE, "timecodes of frames"}};

// Whether it says something about the film and is read as that, helps a player to show the film, or is data that has no
// name.
bool is_no_content(const AVStream& stream) {
  constexpr std::uint32_t timecode = MKTAG('t', 'm', 'c', 'd');
  const AVCodecParameters& codec = *stream.codecpar;
  const bool is_unknown = (codec.codec_type == AVMEDIA_TYPE_DATA || codec.codec_type == AVMEDIA_TYPE_UNKNOWN) &&
                          codec.codec_id == AV_CODEC_ID_NONE;
  return is_unknown || is_cover(stream) || (stream.disposition & AV_DISPOSITION_TIMED_THUMBNAILS) != 0 ||
         stream.discard == AVDISCARD_ALL || codec.codec_tag == timecode || codec.codec_id == AV_CODEC_ID_EPG;
}

// Matroska says it in a tag too, which the wire has a place for.
bool has_stereo_tag(const AVStream& stream) {
  return av_dict_get(stream.metadata, "stereo_mode", nullptr, 0) != nullptr;
}

const char* kind_of(AVMediaType type) {
  switch (type) {
    case AVMEDIA_TYPE_VIDEO:
      return "pictures";
    case AVMEDIA_TYPE_AUDIO:
      return "sound";
    case AVMEDIA_TYPE_SUBTITLE:
      return "subtitles";
    case AVMEDIA_TYPE_ATTACHMENT:
      return "an attached file";
    default:
      return "data";
  }
}

}  // namespace

std::vector<std::string> lost_facts(const AVStream& stream) {
  std::vector<std::string> names;
  for (const OfStream& fact : of_streams) {
    if (fact.type == AV_PKT_DATA_STEREO3D && has_stereo_tag(stream)) continue;
    if (av_stream_get_side_data(&stream, fact.type, nullptr) != nullptr) names.emplace_back(fact.name);
  }
  return names;
}

std::vector<std::string> lost_facts(const AVStream& stream, const AVFrame& frame) {
  std::vector<std::string> names;
  for (const OfFrame& fact : of_frames) {
    if (fact.type == AV_FRAME_DATA_STEREO3D && has_stereo_tag(stream)) continue;
    if (av_frame_get_side_data(&frame, fact.type) != nullptr) names.emplace_back(fact.name);
  }
  return names;
}

std::vector<std::string> streams_not_chosen(const AVFormatContext& context, const std::vector<int>& chosen) {
  constexpr std::size_t most = 8;
  std::vector<std::string> found;
  std::size_t more = 0;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    if (std::ranges::find(chosen, static_cast<int>(i)) != chosen.end() || is_no_content(stream)) continue;
    if (found.size() == most) {
      ++more;
      continue;
    }
    const AVDictionaryEntry* language = av_dict_get(stream.metadata, "language", nullptr, 0);
    std::string text = "stream " + std::to_string(i) + ", " + kind_of(stream.codecpar->codec_type) + " (" +
                       avcodec_get_name(stream.codecpar->codec_id);
    if (language != nullptr && std::string_view(language->value) != "und") {
      text += ", " + printable(language->value, 20);
    }
    found.push_back(text + ")");
  }
  if (more != 0) found.push_back(std::to_string(more) + " more streams");
  return found;
}

}  // namespace sl::av
