// The tables of containers and codecs.

#include "formats/av/encode/container_facts.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "formats/av/stream_track.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/media/language.h"

namespace sl::av {

namespace {

using enum ContainerFacts::Tags;
using Titles = ContainerFacts::Titles;
using Covers = ContainerFacts::Covers;

// Tags that FFmpeg's muxers write, in lower case.
constexpr std::array<std::string_view, 31> mp4_tags{
    "title",       "artist",        "album_artist", "composer",         "album",         "date",       "comment",
    "genre",       "copyright",     "grouping",     "lyrics",           "description",   "synopsis",   "show",
    "episode_id",  "network",       "keywords",     "episode_sort",     "season_number", "media_type", "hd_video",
    "compilation", "track",         "disc",         "gapless_playback", "location",      "timecode",   "creation_time",
    "language",    "encoding_tool", "encoder"};
constexpr std::array<std::string_view, 14> mov_tags{"title",  "artist",    "album",    "date",         "comment",
                                                    "genre",  "copyright", "make",     "model",        "location",
                                                    "author", "keywords",  "timecode", "creation_time"};
constexpr std::array<std::string_view, 10> riff_tags{"title", "artist", "comment", "copyright",  "date",
                                                     "genre", "album",  "track",   "encoded_by", "timecode"};
constexpr std::array<std::string_view, 3> ts_tags{"title", "service_name", "service_provider"};

constexpr unsigned mp4_facts =
    fact::languages | fact::chapters | fact::aspect | fact::colours | fact::orientation | fact::durations;
constexpr unsigned matroska_facts = fact::track_tags | fact::languages | fact::flags | fact::chapters | fact::aspect |
                                    fact::colours | fact::light | fact::durations;
constexpr unsigned ogg_facts = fact::track_tags | fact::languages | fact::chapters;

constexpr std::array containers{
    ContainerFacts{"mp4", Listed, mp4_tags, Titles::Handler, Covers::Packets, mp4_facts | fact::flags | fact::light},
    ContainerFacts{"ipod", Listed, mp4_tags, Titles::Handler, Covers::Packets, mp4_facts},
    ContainerFacts{"mov", Listed, mov_tags, Titles::Handler, Covers::None, mp4_facts | fact::fields},
    ContainerFacts{"matroska", All, {}, Titles::Title, Covers::Files, matroska_facts | fact::fields},
    ContainerFacts{"webm", All, {}, Titles::Title, Covers::None, matroska_facts},
    ContainerFacts{"mpegts", Listed, ts_tags, Titles::None, Covers::None, fact::languages},
    ContainerFacts{"flv", All},
    ContainerFacts{"avi", Listed, riff_tags, Titles::Title, Covers::None, fact::aspect},
    ContainerFacts{"ogg", All, {}, Titles::Title, Covers::Comments, ogg_facts},
    ContainerFacts{"opus", All, {}, Titles::Title, Covers::Comments, ogg_facts},
    ContainerFacts{"wav", Listed, riff_tags},
    ContainerFacts{.muxer = "s16le"},
    ContainerFacts{"flac", All, {}, Titles::None, Covers::Packets, fact::languages | fact::chapters},
    ContainerFacts{"mp3", All, {}, Titles::None, Covers::Packets, fact::languages | fact::chapters},
    ContainerFacts{.muxer = "yuv4mpegpipe", .facts = fact::aspect | fact::fields},
    ContainerFacts{"nut",
                   All,
                   {},
                   Titles::Title,
                   Covers::None,
                   fact::track_tags | fact::languages | fact::chapters | fact::aspect}};

// What codecs hold in their streams, where FFmpeg's encoders write it.
struct CodecFacts {
  AVCodecID codec;
  unsigned facts;
};
constexpr std::array codecs{CodecFacts{AV_CODEC_ID_H264, fact::aspect | fact::fields | fact::colours | fact::light},
                            CodecFacts{AV_CODEC_ID_HEVC, fact::aspect | fact::fields | fact::colours | fact::light},
                            CodecFacts{AV_CODEC_ID_AV1, fact::colours | fact::light},
                            CodecFacts{AV_CODEC_ID_MPEG2VIDEO, fact::aspect | fact::fields | fact::colours},
                            CodecFacts{AV_CODEC_ID_MPEG1VIDEO, fact::aspect},
                            CodecFacts{AV_CODEC_ID_MPEG4, fact::aspect | fact::fields},
                            CodecFacts{AV_CODEC_ID_PRORES, fact::fields | fact::colours},
                            CodecFacts{AV_CODEC_ID_DNXHD, fact::fields | fact::colours},
                            CodecFacts{AV_CODEC_ID_THEORA, fact::aspect},
                            CodecFacts{AV_CODEC_ID_MJPEG, fact::aspect},
                            CodecFacts{AV_CODEC_ID_FFV1, fact::aspect | fact::fields}};

unsigned codec_facts(AVCodecID codec) {
  const auto* found = std::ranges::find(codecs, codec, &CodecFacts::codec);
  return found == codecs.end() ? 0 : found->facts;
}

// Whether a player without this knowledge would show other colours: it assumes limited range, and BT.601 for small
// pictures, BT.709 for larger ones. sRGB's curve and BT.709's are shown alike.
bool needs_naming(const Track& track) {
  const auto is_one_of = [](int value, std::initializer_list<int> usual) {
    return std::ranges::find(usual, value) != usual.end();
  };
  const Color& color = track.color;
  if (!is_one_of(color.primaries, {1, 2, 5, 6}) || !is_one_of(color.transfer, {1, 2, 6, 13, 14, 15})) return true;
  if (color.matrix == 0 || track.pixels == nullptr || track.pixels->model != Model::Yuv) return false;
  constexpr std::uint32_t large = 720;
  const bool usual_matrix = track.height < large ? is_one_of(color.matrix, {2, 5, 6}) : is_one_of(color.matrix, {1, 2});
  return !usual_matrix || color.range == Range::Full;
}

void report_pictures(unsigned held, const Track& track, const Json& members, bool upright, const std::string& of,
                     LostFacts& lost) {
  const auto loses = [held](unsigned some) { return (held & some) == 0; };
  const bool woven = track.fields == Fields::Top || track.fields == Fields::Bottom;
  if (track.orientation != 1 && !upright && loses(fact::orientation)) lost.report("the orientation" + of);
  if (track.sample_aspect.num != track.sample_aspect.den && loses(fact::aspect))
    lost.report("the shape of pixels" + of);
  if (woven && loses(fact::fields)) lost.report("the order of fields" + of);
  if (needs_naming(track) && loses(fact::colours)) lost.report("the colours" + of);
  if (members.contains("hdr") && loses(fact::light)) lost.report("mastering display and light levels" + of);
  if (track.loop >= 0 && track.loop != 1) lost.report("the number of loops" + of);
}

}  // namespace

const ContainerFacts& container_facts(std::string_view muxer) {
  static constexpr ContainerFacts nothing;
  const auto* found = std::ranges::find(containers, muxer, &ContainerFacts::muxer);
  return found == containers.end() ? nothing : *found;
}

std::string language_in(const ContainerFacts& container, const std::string& language) {
  constexpr std::size_t letters = 3;
  const std::string code = language.size() == letters ? language : language_code(language);
  if (code.empty()) return language;
  if (container.muxer != "mov") return code;
  // Macintosh's codes, as far as FFmpeg names them.
  constexpr std::string_view known =
      " eng fra ger ita dut spa dan por nor heb jpn ara fin gre ice mlt tur chi urd hin tha kor lit pol hun est lav rus "
      "alb ron ces slk slv yid mac bul ukr bel uzb kaz aze arm geo mol kir tgk tuk mon pus kur kas snd tib nep san mar "
      "ben asm guj ori mal kan tam tel bur khm lao vie ind tgl may amh tir orm som swa run mlg epo wel baq cat lat que "
      "grn aym tat uig dzo jav ";
  for (const std::string& name : {code, language_code(code), bibliographic_code(code)}) {
    if (known.find(" " + name + " ") != std::string_view::npos) return name;
  }
  return {};
}

bool holds_tag(const ContainerFacts& container, std::string_view key) {
  std::string lower(key);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return container.tags == All ||
         (container.tags == Listed && std::ranges::find(container.listed, lower) != container.listed.end());
}

void LostFacts::report(const std::string& what) {
  if (std::ranges::find(reported_, what) != reported_.end()) return;
  reported_.push_back(what);
  warn(name_ + ": left out: " + what + " (." + extension_ + " has no place for it)");
}

void report_lost_facts(const ContainerFacts& container, AVCodecID codec, const Track& track, std::uint16_t number,
                       const TrackLoss& choices, LostFacts& lost) {
  const Json members = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  const std::string of = " of track " + std::to_string(number);
  if (members.contains("title") && choices.own_title && container.titles == Titles::None) lost.report("the title" + of);
  // Transport streams have languages of sound and text only.
  const bool language_of_pictures = container.muxer == "mpegts" && track.kind == Kind::Video;
  if (members.contains("language") && language_of_pictures) lost.report("the language" + of);
  const std::string language = rest_text(track, "language");
  if (!language.empty() && (!container.holds(fact::languages) || language_in(container, language).empty())) {
    lost.report("the language" + of);
  }
  if (members.contains("disposition") && !container.holds(fact::flags)) {
    std::string words;
    for (const Json& word : *members.find("disposition")) {
      const std::string text = word.is_string() ? word.get<std::string>() : "";
      if (text.empty() || text == "default" || text == "attached_pic") continue;
      words += (words.empty() ? "" : ", ") + printable(text, 40);
    }
    if (!words.empty()) lost.report("the disposition " + words + of);
  }
  if (container.muxer == "s16le" && track.kind == Kind::Audio) {
    const std::string samples = std::string(avcodec_get_name(codec)).substr(4);  // pcm_s16le
    lost.report("format, channels and rate" + of + ", which sl-decode --pcm " + samples + ":" +
                std::to_string(track.channels) + ":" + std::to_string(track.sample_rate) + " reads");
  }
  if (track.kind != Kind::Video) return;
  report_pictures(container.facts | codec_facts(codec), track, members, choices.upright, of, lost);
  if (has_alpha_stream(track) && !choices.alpha) lost.report("the alpha" + of);
}

}  // namespace sl::av
