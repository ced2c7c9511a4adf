// FFmpeg's encoders and their options, from our options.

#include "formats/av/encode/encoder_options.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <utility>

#include "formats/av/av_log.h"
#include "formats/av/encode/muxer.h"
#include "formats/av/signals_held.h"
#include "libcore/base/parse.h"
#include "libcore/media/track.h"

namespace sl::av {

namespace {

constexpr std::array places{"video", "audio", "file"};

// The best encoder if FFmpeg has several, or the one for a popular name.
constexpr std::array<std::pair<std::string_view, const char*>, 13> preferred{{{"h264", "libx264"},
                                                                              {"h265", "libx265"},
                                                                              {"hevc", "libx265"},
                                                                              {"vp8", "libvpx"},
                                                                              {"vp9", "libvpx-vp9"},
                                                                              {"av1", "libsvtav1"},
                                                                              {"theora", "libtheora"},
                                                                              {"prores", "prores_ks"},
                                                                              {"raw", "rawvideo"},
                                                                              {"opus", "libopus"},
                                                                              {"mp3", "libmp3lame"},
                                                                              {"vorbis", "libvorbis"},
                                                                              {"jpeg", "mjpeg"}}};

struct Default {
  std::string_view encoder;
  const char *key, *value;
};
// Set unless the user sets something else.
constexpr Default defaults[] = {
    {"libx264", "preset", "medium"},
    {"libx264", "crf", "20"},
    {"libx264rgb", "crf", "18"},
    {"libx265", "preset", "medium"},
    {"libx265", "crf", "24"},
    {"libvpx-vp9", "crf", "31"},
    {"libvpx-vp9", "b", "0"},
    {"libvpx-vp9", "row-mt", "1"},
    {"libvpx-vp9", "cpu-used", "4"},
    {"libvpx", "crf", "10"},
    {"libvpx", "b", "4M"},
    {"libvpx", "cpu-used", "4"},
    {"libsvtav1", "preset", "8"},
    {"libsvtav1", "crf", "30"},
    {"mjpeg", "global_quality", "354"},
    {"libtheora", "flags", "+qscale"},
    {"libtheora", "global_quality", "826"},
    {"mjpeg", "flags", "+qscale"},
    {"mpeg4", "flags", "+qscale"},
    {"mpeg4", "global_quality", "354"},
    {"ffv1", "level", "3"},
    {"ffv1", "slicecrc", "1"},
};

struct ChannelRate {
  AVCodecID codec;
  std::int64_t bits;
};
constexpr std::array channel_rates{ChannelRate{AV_CODEC_ID_AAC, 80000}, ChannelRate{AV_CODEC_ID_OPUS, 64000},
                                   ChannelRate{AV_CODEC_ID_MP3, 96000}, ChannelRate{AV_CODEC_ID_VORBIS, 80000}};

const AVOption* find_option(const AVClass* klass, const char* key, int flags) {
  if (klass == nullptr) return nullptr;
  const AVOption* option = av_opt_find(&klass, key, nullptr, 0, AV_OPT_SEARCH_FAKE_OBJ);
  if (option == nullptr || option->type == AV_OPT_TYPE_CONST) return nullptr;
  return (option->flags & flags) == flags ? option : nullptr;
}

int kind_flag(const AVCodec& codec) {
  return codec.type == AVMEDIA_TYPE_VIDEO ? AV_OPT_FLAG_VIDEO_PARAM : AV_OPT_FLAG_AUDIO_PARAM;
}

const AVOption* codec_option(const AVCodec* codec, const char* key) {
  if (codec == nullptr) return nullptr;
  if (const AVOption* own = find_option(codec->priv_class, key, AV_OPT_FLAG_ENCODING_PARAM)) return own;
  return find_option(avcodec_get_class(), key, AV_OPT_FLAG_ENCODING_PARAM | kind_flag(*codec));
}

const AVOption* file_option(const AVOutputFormat* muxer, const char* key) {
  if (const AVOption* own = find_option(muxer->priv_class, key, AV_OPT_FLAG_ENCODING_PARAM)) return own;
  return find_option(avformat_get_class(), key, AV_OPT_FLAG_ENCODING_PARAM);
}

void gather_keys(std::vector<std::string>& keys, const AVClass* klass, int flags) {
  if (klass == nullptr) return;
  for (const AVOption* option = nullptr; (option = av_opt_next(&klass, option)) != nullptr;) {
    if (option->type != AV_OPT_TYPE_CONST && (option->flags & flags) == flags) keys.emplace_back(option->name);
  }
}

// Return the number of letters to change, add or remove.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t i = 0; i <= b.size(); ++i) row[i] = i;
  for (std::size_t y = 1; y <= a.size(); ++y) {
    std::size_t diagonal = std::exchange(row[0], y);
    for (std::size_t x = 1; x <= b.size(); ++x) {
      const std::size_t replaced = diagonal + (a[y - 1] == b[x - 1] ? 0 : 1);
      diagonal = std::exchange(row[x], std::min({replaced, row[x] + 1, row[x - 1] + 1}));
    }
  }
  return row[b.size()];
}

// The same, for a key that may be the start of a name.
std::size_t distance_to_start(std::string_view key, std::string_view name) {
  return std::min(distance(key, name), 1 + distance(key, name.substr(0, key.size() + 1)));
}

// "; near it: keyint_min, g", or an empty text.
std::string near_ones(const std::string& key, std::vector<std::string> known) {
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::ranges::stable_sort(known, {}, [&](const std::string& name) { return distance_to_start(key, name); });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(known.size(), 3); ++i) {
    if (distance_to_start(key, known[i]) > std::max<std::size_t>(2, key.size() / 2)) break;
    text += (text.empty() ? "; near it: " : ", ") + known[i];
  }
  return text;
}

std::string known_codecs(AVMediaType type) {
  return type == AVMEDIA_TYPE_VIDEO ? "h264, hevc, vp9, av1, prores, ffv1, mjpeg, or an encoder of FFmpeg"
                                    : "aac, opus, flac, mp3, vorbis, pcm, or an encoder of FFmpeg";
}

// x264 prints its own line about an unknown preset.
void check_preset(const std::string& encoder, const std::string& preset) {
  if (encoder != "libx264" && encoder != "libx264rgb" && encoder != "libx265") return;
  constexpr std::array presets{"ultrafast", "superfast", "veryfast", "faster",   "fast",
                               "medium",    "slow",      "slower",   "veryslow", "placebo"};
  if (std::ranges::find(presets, preset) != presets.end()) return;
  std::string known;
  for (const char* name : presets) known += (known.empty() ? "" : ", ") + std::string(name);
  bad_value("--preset", preset, "is not one of " + known);
}

double number_of(const char* option, const std::string& text, double least, double most) {
  const auto value = to_number<double>(text);
  if (value && *value >= least && *value <= most) return *value;
  bad_value(option, text, "is not a valid number");
}

}  // namespace

const AVCodec* find_encoder(const std::string& name, AVMediaType type) {
  const char* const option = type == AVMEDIA_TYPE_VIDEO ? "--codec" : "--audio-codec";
  if (type == AVMEDIA_TYPE_AUDIO && name == "pcm") return nullptr;
  const auto* const better = std::ranges::find(preferred, name, &decltype(preferred)::value_type::first);
  const AVCodec* codec = avcodec_find_encoder_by_name(better == preferred.end() ? name.c_str() : better->second);
  if (codec == nullptr) {
    const AVCodecDescriptor* descriptor = avcodec_descriptor_get_by_name(name.c_str());
    if (descriptor != nullptr) codec = avcodec_find_encoder(descriptor->id);
  }
  if (codec == nullptr || codec->type != type) {
    throw Error(Status::Usage,
                std::string(option) + ": no encoder \"" + printable(name, 40) + "\"; " + known_codecs(type));
  }
  return codec;
}

EncoderOptions::EncoderOptions(const FilmOptions& options, const FilmContainer& container, int threads)
    : threads_(threads), pixels_(options.pixels) {
  choose(options, container);
  try {
    take_common(options);
    for (const std::string& text : options.others) take_key(text);
  } catch (...) {
    for (AVDictionary*& dictionary : dictionaries_) av_dict_free(&dictionary);
    throw;
  }
}

EncoderOptions::~EncoderOptions() {
  for (AVDictionary*& dictionary : dictionaries_) av_dict_free(&dictionary);
}

void EncoderOptions::choose(const FilmOptions& options, const FilmContainer& container) {
  muxer_ = av_guess_format(std::string(container.muxer).c_str(), nullptr, nullptr);
  if (muxer_ == nullptr) throw Error(Status::Missing, "FFmpeg has no " + std::string(container.muxer));
  const std::string suffix = "." + std::string(container.extension);
  const auto refuse = [&](const char* option, std::string_view what) {
    throw Error(Status::Usage, std::string(option) + ": " + suffix + " holds no " + std::string(what));
  };
  if (container.video.empty()) {
    for (const auto& [option, text] : {std::pair("--codec", &options.codec),
                                       {"--crf", &options.crf},
                                       {"--bitrate", &options.bitrate},
                                       {"--preset", &options.preset},
                                       {"--gop", &options.gop},
                                       {"--pixels", &options.pixels}}) {
      if (!text->empty()) refuse(option, "pictures");
    }
  } else {
    video_ = find_encoder(options.codec.empty() ? std::string(container.video) : options.codec, AVMEDIA_TYPE_VIDEO);
    if (!container_holds(*muxer_, video_->id)) refuse("--codec", video_->name);
  }
  if (container.audio.empty()) {
    if (!options.audio_codec.empty()) refuse("--audio-codec", "sound");
    if (!options.audio_bitrate.empty()) refuse("--audio-bitrate", "sound");
    return;
  }
  const std::string name = options.audio_codec.empty() ? std::string(container.audio) : options.audio_codec;
  audio_ = find_encoder(name, AVMEDIA_TYPE_AUDIO);
  pcm_ = audio_ == nullptr;
  is_lossless_ = options.audio_codec.empty() && container.muxer == "nut";
  const AVCodecID id = pcm_ ? AV_CODEC_ID_PCM_S16LE : audio_->id;
  if (!container_holds(*muxer_, id)) refuse("--audio-codec", name);
}

// FLAC has 24 bits. Floats of a lossy codec become integers, which every program reads.
const AVCodec* EncoderOptions::audio(const Track& track) const {
  const bool floats = track.samples == "f32le", wide = floats || track.samples == "s32le";
  const int bits = !wide ? 16 : track.bits == 0 ? 32 : track.bits;
  if (!pcm_ && !(is_lossless_ && bits > 24)) return audio_;
  const char* name = track.samples == "u8" ? "pcm_u8" : "pcm_s16le";
  if (bits > 16) name = bits <= 24 ? "pcm_s24le" : floats ? "pcm_f32le" : "pcm_s32le";
  const AVCodec* codec = avcodec_find_encoder_by_name(name);
  return codec != nullptr && container_holds(*muxer_, codec->id) ? codec : avcodec_find_encoder(AV_CODEC_ID_PCM_S16LE);
}

void EncoderOptions::take_common(const FilmOptions& options) {
  AVDictionary*& video = dictionaries_[0];
  const auto no_such = [&](const std::string& option) {
    throw Error(Status::Usage, option + ": " + video_->name + " has no such option");
  };
  if (!options.crf.empty()) {
    (void)number_of("--crf", options.crf, 0, 63);
    if (codec_option(video_, "crf") == nullptr) no_such("--crf");
    av_dict_set(&video, "crf", options.crf.c_str(), 0);
  }
  if (!options.bitrate.empty()) {
    const std::int64_t rate = parse_bitrate("--bitrate", options.bitrate);
    const std::string name = video_->name;
    const bool caps = !options.crf.empty() && !name.starts_with("libvpx");
    av_dict_set_int(&video, caps ? "maxrate" : "b", rate, 0);
    if (caps) av_dict_set_int(&video, "bufsize", 2 * rate, 0);
    if (options.crf.empty()) {  // our default quality would override it
      if (codec_option(video_, "crf") != nullptr) av_dict_set(&video, "crf", "-1", 0);
      if (name == "libsvtav1") av_dict_set(&video, "crf", "0", 0);
      av_dict_set(&video, "flags", "-qscale", 0);
    }
  }
  if (!options.preset.empty()) {
    const char* key = codec_option(video_, "preset") != nullptr ? "preset" : "cpu-used";
    if (codec_option(video_, key) == nullptr) no_such("--preset");
    check_preset(video_->name, options.preset);
    av_dict_set(&video, key, options.preset.c_str(), 0);
  }
  if (!options.gop.empty()) {
    const int gop = static_cast<int>(number_of("--gop", options.gop, 0, 1e6));
    av_dict_set_int(&video, "g", gop, 0);
  }
  if (!options.audio_bitrate.empty()) {
    av_dict_set_int(&dictionaries_[1], "b", parse_bitrate("--audio-bitrate", options.audio_bitrate), 0);
  }
}

void EncoderOptions::take_key(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) bad_value("--option", text, "is not KEY=VALUE");
  std::string key = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  std::size_t only = places.size();
  const std::size_t colon = key.find(':');
  if (colon != std::string::npos) {
    only = static_cast<std::size_t>(std::ranges::find(places, key.substr(0, colon)) - places.begin());
    if (only == places.size()) bad_value("--option", key, "does not begin with video:, audio: or file:");
    key.erase(0, colon + 1);
  }
  const std::array found{codec_option(video_, key.c_str()) != nullptr, codec_option(audio_, key.c_str()) != nullptr,
                         file_option(muxer_, key.c_str()) != nullptr};
  bool taken = false;
  for (std::size_t place = 0; place < places.size(); ++place) {
    if (!found.at(place) || (only != places.size() && only != place)) continue;
    av_dict_set(&dictionaries_.at(place), key.c_str(), value.c_str(), 0);
    taken = true;
  }
  if (taken) return;
  std::vector<std::string> keys;
  for (const AVCodec* codec : {video_, audio_}) {
    if (codec == nullptr) continue;
    gather_keys(keys, codec->priv_class, AV_OPT_FLAG_ENCODING_PARAM);
    gather_keys(keys, avcodec_get_class(), AV_OPT_FLAG_ENCODING_PARAM | kind_flag(*codec));
  }
  gather_keys(keys, muxer_->priv_class, AV_OPT_FLAG_ENCODING_PARAM);
  throw Error(Status::Usage, "--option: no key \"" + printable(key, 60) + "\" in " +
                                 (video_ != nullptr ? std::string(video_->name) + ", " : "") +
                                 (audio_ != nullptr ? std::string(audio_->name) + ", " : "") + muxer_->name +
                                 near_ones(key, std::move(keys)));
}

void EncoderOptions::open_video(AVCodecContext& context, const HdrParameters& hdr, const std::string& name) const {
  AVDictionary* values = nullptr;
  const std::string_view encoder = context.codec->name;
  for (const Default& entry : defaults) {
    if (entry.encoder == encoder) av_dict_set(&values, entry.key, entry.value, 0);
  }
  // FFV1 of FFmpeg 5.1 cuts pictures into slices of a size that it encodes wrongly if one has too few pixels.
  constexpr int thin = 64;
  if (encoder == "ffv1" && std::min(context.width, context.height) < thin) {
    av_dict_set(&values, "level", "1", 0);  // without slices
    av_dict_set(&values, "slicecrc", "0", 0);
  }
  const auto append = [&values](const std::string& key, const std::string& parameters) {
    const AVDictionaryEntry* before = av_dict_get(values, key.c_str(), nullptr, 0);
    av_dict_set(&values, key.c_str(),
                (before == nullptr ? "" : before->value + std::string(":")).append(parameters).c_str(), 0);
  };
  if (encoder == "libx265") append("x265-params", "log-level=error");
  if (!hdr.text.empty()) append(std::string(hdr.option), hdr.text);
  for (const AVDictionaryEntry* entry = nullptr;
       (entry = av_dict_get(dictionaries_[0], "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr;) {
    if (std::string_view(entry->key) == "x265-params" || entry->key == hdr.option) {
      append(entry->key, entry->value);
    } else {
      av_dict_set(&values, entry->key, entry->value, 0);
    }
  }
  if (threads_ != 0) context.thread_count = threads_;
  open(context, values, name);
}

void EncoderOptions::open_audio(AVCodecContext& context, const std::string& name) const {
  AVDictionary* values = nullptr;
  const auto* const rate = std::ranges::find(channel_rates, context.codec->id, &ChannelRate::codec);
  if (rate != channel_rates.end()) {
    // MP3 has no more than two channels, and at its low rates no more than 160 kbit/s.
    std::int64_t bits = rate->bits * context.ch_layout.nb_channels;
    if (rate->codec == AV_CODEC_ID_MP3 && context.sample_rate < 32000) bits = std::min<std::int64_t>(bits, 160000);
    av_dict_set_int(&values, "b", bits, 0);
  }
  // By default FFmpeg 5.1 writes 5.0 and 6.1 with other speakers than those of its header.
  if (std::string_view(context.codec->name) == "libopus" && context.ch_layout.nb_channels > 2) {
    av_dict_set(&values, "mapping_family", "1", 0);
  }
  av_dict_copy(&values, dictionaries_[1], 0);
  open(context, values, name);
}

void EncoderOptions::open(AVCodecContext& context, AVDictionary* values, const std::string& name) const {
  ffmpeg_log().forget();
  const std::string encoder = context.codec->name;  // the context forgets it on failure
  int code = 0;
  {
    const SignalsHeld held;
    code = avcodec_open2(&context, context.codec, &values);
  }
  const bool unknown = av_dict_count(values) != 0 && code >= 0;
  const std::string left = unknown ? av_dict_get(values, "", nullptr, AV_DICT_IGNORE_SUFFIX)->key : "";
  av_dict_free(&values);
  if (code < 0) {
    const Error error = av_failure(code, name, encoder + " cannot be started");
    const bool asked = dictionaries_[0] != nullptr || dictionaries_[1] != nullptr;
    throw Error(code == AVERROR(ENOMEM) ? Status::Resources : asked ? Status::Usage : Status::Data, error.what());
  }
  if (unknown) throw Error(Status::Usage, encoder + " does not take \"" + left + "\"");
}

}  // namespace sl::av
