// AVStream to Track.

#include "formats/av/stream_track.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cctype>

#include "formats/av/hdr.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {

const char* tag(const AVDictionary* tags, const char* name) {
  const AVDictionaryEntry* entry = av_dict_get(tags, name, nullptr, 0);
  return entry == nullptr ? nullptr : entry->value;
}

// MP4 has no title of a track but the name of its handler, which writers that have no title fill with a note of their
// own.
std::string title_of(const AVStream& stream) {
  if (const char* title = tag(stream.metadata, "title")) return title;
  const char* handler = tag(stream.metadata, "handler_name");
  const std::string_view name = handler == nullptr ? "" : handler;
  constexpr std::array<std::string_view, 4> notes{"andler", "Media", "media", "Mainconcept"};
  const bool note =
      std::ranges::any_of(notes, [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
  return note ? "" : std::string(name);
}

// The stream's free text and members of `rest`, without the container's own notes (its brands, its writer).
Json rest_of(const AVFormatContext& context, const AVStream& stream, const std::string& source) {
  Json rest = Json::object();
  if (!source.empty()) rest["source"] = source + "#" + std::to_string(stream.index);
  const char* language = tag(stream.metadata, "language");
  if (language != nullptr && std::string_view(language) != "und") rest["language"] = language;
  const bool of_film = has_tags_in_streams(context);
  if (const std::string title = title_of(stream); !title.empty() && !of_film) rest["title"] = title;
  for (unsigned bit = 1; bit != 0; bit <<= 1) {
    const char* word = (static_cast<unsigned>(stream.disposition) & bit) == 0
                           ? nullptr
                           : av_disposition_to_string(static_cast<int>(bit));
    if (word != nullptr) rest["disposition"].push_back(word);
  }
  Json meta = Json::object();
  const AVDictionaryEntry* entry = nullptr;
  while (!of_film && (entry = av_dict_get(stream.metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    const std::string_view key = entry->key;
    const bool member = key == "language" || key == "title" || key == "alpha_mode" || key == "creation_time";
    if (!member && !is_own_note(key) && meta.size() < 64) meta[printable(key, 200)] = printable(entry->value, 1000);
  }
  if (!meta.empty()) rest["meta"] = meta;
  return rest;
}

// Numbers of a compressed stream that some decoders and containers need, named as in AVCodecParameters.
constexpr std::array<std::pair<const char*, int AVCodecParameters::*>, 7> parameter_names{
    {{"bits_per_coded_sample", &AVCodecParameters::bits_per_coded_sample},
     {"bits_per_raw_sample", &AVCodecParameters::bits_per_raw_sample},
     {"block_align", &AVCodecParameters::block_align},
     {"frame_size", &AVCodecParameters::frame_size},
     {"initial_padding", &AVCodecParameters::initial_padding},
     {"profile", &AVCodecParameters::profile},
     {"level", &AVCodecParameters::level}}};

Json numbers_of(const AVCodecParameters& codec) {
  Json numbers = Json::object();
  if (codec.codec_tag != 0) numbers["codec_tag"] = codec.codec_tag;
  if (codec.bit_rate > 0) numbers["bit_rate"] = codec.bit_rate;
  for (const auto& [name, member] : parameter_names) {
    const int absent = member == &AVCodecParameters::profile || member == &AVCodecParameters::level ? -99 : 0;
    if (codec.*member != absent) numbers[name] = codec.*member;
  }
  return numbers;
}

int orientation_in(const AVStream& stream) {
  std::size_t size = 0;
  const auto* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return data == nullptr || size < 36 ? 1 : orientation_of(reinterpret_cast<const std::int32_t*>(data));
}

// swscale makes XYZ of digital cinema into RGB of BT.709 with a gamma of 2.2, also if the stream names other colours.
void set_converted_color(Track& track, AVPixelFormat format) {
  if (format != AV_PIX_FMT_XYZ12LE && format != AV_PIX_FMT_XYZ12BE) return;
  track.color = {.primaries = 1, .transfer = 4, .matrix = 0, .range = Range::Full};
}

void set_format(Track& track, AVPixelFormat format) {
  const AVPixelFormat sent = nearest_wire_format(format);
  track.pixels = sent == AV_PIX_FMT_NONE ? nullptr : wire_format(sent);
  if (track.pixels == nullptr) {
    const char* name = av_get_pix_fmt_name(format);
    throw Error(Status::Data, std::string("its pixel format ") + (name == nullptr ? "is unknown" : name));
  }
  track.alpha = track.pixels->alpha ? Alpha::Straight : Alpha::None;
}

void add_video(Track& track, Json& rest, const AVStream& stream, bool decoded, const std::string& source) {
  const AVCodecParameters& codec = *stream.codecpar;
  const bool alpha = has_alpha_stream(stream);
  const AVPixelFormat format = alpha ? AV_PIX_FMT_YUVA420P : static_cast<AVPixelFormat>(codec.format);
  track.kind = Kind::Video;
  if (codec.width <= 0 || codec.height <= 0) throw Error(Status::Data, "its width and height are not known");
  check_pixels(source, static_cast<std::uint64_t>(codec.width), static_cast<std::uint64_t>(codec.height));
  track.width = static_cast<std::uint32_t>(codec.width);
  track.height = static_cast<std::uint32_t>(codec.height);
  if (decoded) {
    set_format(track, format);
  } else if (const auto* pixels = wire_format(nearest_wire_format(format))) {
    rest["pixels"] = pixels->name;  // the result of decoding it
    if (alpha) rest["alpha"] = "straight";
  }
  track.color = wire_color(codec);
  if (decoded) set_converted_color(track, format);
  if (is_wire_rational(stream.avg_frame_rate)) track.rate = rational(stream.avg_frame_rate);
  if (is_wire_rational(stream.sample_aspect_ratio)) {
    track.sample_aspect = rational(stream.sample_aspect_ratio);
  } else if (is_wire_rational(codec.sample_aspect_ratio)) {
    track.sample_aspect = rational(codec.sample_aspect_ratio);
  }
  track.orientation = orientation_in(stream);
  track.fields = fields_of(codec.field_order);
  if (const Json hdr = hdr_of(stream); !hdr.is_null()) rest["hdr"] = hdr;
}

void add_audio(Track& track, const AVCodecParameters& codec, bool decoded) {
  track.kind = Kind::Audio;
  if (codec.sample_rate <= 0 || codec.ch_layout.nb_channels <= 0) {
    throw Error(Status::Data, "its sample rate or number of channels is not known");
  }
  track.samples = wire_samples(static_cast<AVSampleFormat>(codec.format));
  track.sample_rate = static_cast<std::uint32_t>(codec.sample_rate);
  track.channels = static_cast<std::uint32_t>(codec.ch_layout.nb_channels);
  track.layout = layout_name(codec.ch_layout);
  if (decoded) track.bits = sample_bits(codec);
}

}  // namespace

std::string layout_name(const AVChannelLayout& layout) {
  std::array<char, 256> text{};
  if (layout.order == AV_CHANNEL_ORDER_UNSPEC) return {};
  if (av_channel_layout_describe(&layout, text.data(), text.size()) <= 0) return {};
  // Speakers without a name for all of them: "4 channels (FL+FR+LFE+BC)".
  const std::string name = text.data();
  const std::size_t open = name.find(" channels (");
  return open == std::string::npos ? name : name.substr(open + 11, name.size() - open - 12);
}

int sample_bits(const AVCodecParameters& codec) {
  const AVCodecDescriptor* const descriptor = avcodec_descriptor_get(codec.codec_id);
  const int properties = descriptor == nullptr ? 0 : descriptor->props;
  const bool is_exact = (properties & AV_CODEC_PROP_LOSSLESS) != 0 &&
                        ((properties & AV_CODEC_PROP_LOSSY) == 0 || codec.codec_id == AV_CODEC_ID_WAVPACK);
  constexpr int most = 32, of_lossy = 16;
  switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(codec.format))) {
    case AV_SAMPLE_FMT_NONE:
    case AV_SAMPLE_FMT_FLT:
    case AV_SAMPLE_FMT_DBL:
      return is_exact ? 0 : of_lossy;
    case AV_SAMPLE_FMT_S32:
    case AV_SAMPLE_FMT_S64:
      return std::min(most, codec.bits_per_raw_sample > 0 ? codec.bits_per_raw_sample
                                                          : av_get_exact_bits_per_sample(codec.codec_id));
    default:
      return 0;
  }
}

Track track_of(const AVFormatContext& context, const AVStream& stream, bool decoded, const std::string& source) {
  const AVCodecParameters& codec = *stream.codecpar;
  Track track;
  track.time_base = rational(stream.time_base);
  Json rest = rest_of(context, stream, source);
  if (!decoded) {
    track.codec = avcodec_get_name(codec.codec_id);
    if (const Json numbers = numbers_of(codec); !numbers.empty()) rest["parameters"] = numbers;
  }
  switch (codec.codec_type) {
    case AVMEDIA_TYPE_VIDEO:
      add_video(track, rest, stream, decoded, source);
      break;
    case AVMEDIA_TYPE_AUDIO:
      add_audio(track, codec, decoded);
      break;
    default:
      track.kind = Kind::Data;
      rest["sparse"] = true;
      break;
  }
  if (!rest.empty()) track.rest = write_json(rest);
  return track;
}

Track packets_track(const Track& samples, const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  Track track = samples;
  track.codec = avcodec_get_name(codec.codec_id);
  Json rest = samples.rest.empty() ? Json::object() : parse_json(samples.rest, wire_limit::json);
  if (const Json numbers = numbers_of(codec); !numbers.empty()) rest["parameters"] = numbers;
  if (samples.kind == Kind::Video) {
    track.pixels = nullptr;
    track.alpha = Alpha::None;
    track.width = static_cast<std::uint32_t>(codec.width);
    track.height = static_cast<std::uint32_t>(codec.height);
    track.color = wire_color(codec);
    const AVPixelFormat sent = nearest_wire_format(static_cast<AVPixelFormat>(codec.format));
    if (const PixelFormat* pixels = wire_format(sent)) rest["pixels"] = pixels->name;  // the result of decoding it
  } else {
    track.time_base = rational(stream.time_base);
    add_audio(track, codec, false);
  }
  track.rest = rest.empty() ? "" : write_json(rest);
  return track;
}

bool is_own_note(std::string_view key) {
  constexpr std::array<std::string_view, 7> own{"handler_name",      "vendor_id", "major_brand", "minor_version",
                                                "compatible_brands", "encoder",   "rotate"};
  constexpr std::array<std::string_view, 5> of_mkvmerge{"_statistics", "bps", "duration", "number_of_frames",
                                                        "number_of_bytes"};
  std::string lower(key);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(own, lower) != own.end() ||
         std::ranges::any_of(of_mkvmerge, [&](std::string_view start) { return lower.starts_with(start); });
}

bool has_tags_in_streams(const AVFormatContext& context) { return std::string_view(context.iformat->name) == "ogg"; }

bool is_encrypted(const AVStream& stream) {
  constexpr std::array<std::uint32_t, 5> entries{MKTAG('e', 'n', 'c', 'v'), MKTAG('e', 'n', 'c', 'a'),
                                                 MKTAG('e', 'n', 'c', 't'), MKTAG('d', 'r', 'm', 's'),
                                                 MKTAG('d', 'r', 'm', 'i')};
  return tag(stream.metadata, "enc_key_id") != nullptr ||
         std::ranges::find(entries, stream.codecpar->codec_tag) != entries.end();
}

bool is_encrypted(const AVPacket& packet) {
  return av_packet_get_side_data(&packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr;
}

Fields fields_of(AVFieldOrder order) {
  switch (order) {
    case AV_FIELD_PROGRESSIVE:
      return Fields::Progressive;
    case AV_FIELD_TT:
    case AV_FIELD_TB:  // woven, the line that is first in the picture is early: 9 in QuickTime and Matroska
      return Fields::Top;
    case AV_FIELD_BB:
    case AV_FIELD_BT:
      return Fields::Bottom;
    default:
      return Fields::Unknown;
  }
}

AVFieldOrder field_order(Fields fields, AVCodecID codec) {
  // Motion JPEG has pictures of single fields; all other codecs weave them.
  const bool single = codec == AV_CODEC_ID_MJPEG;
  switch (fields) {
    case Fields::Progressive:
      return AV_FIELD_PROGRESSIVE;
    case Fields::Top:
      return single ? AV_FIELD_TT : AV_FIELD_TB;
    case Fields::Bottom:
      return single ? AV_FIELD_BB : AV_FIELD_BT;
    default:
      return AV_FIELD_UNKNOWN;
  }
}

bool has_alpha_stream(const AVStream& stream) {
  const AVCodecID codec = stream.codecpar->codec_id;
  const char* mode = tag(stream.metadata, "alpha_mode");
  return (codec == AV_CODEC_ID_VP8 || codec == AV_CODEC_ID_VP9) && mode != nullptr && std::string_view(mode) == "1";
}

bool has_alpha_stream(const Track& track) {
  return (track.codec == "vp8" || track.codec == "vp9") && rest_text(track, "alpha") == "straight";
}

AVMediaType media_type(AVCodecID codec) {
  return codec == AV_CODEC_ID_TTF || codec == AV_CODEC_ID_OTF ? AVMEDIA_TYPE_ATTACHMENT : avcodec_get_type(codec);
}

ParametersPtr parameters_of(const Track& track, const std::vector<Attachment>& attachments, const std::string& name) {
  const AVCodecDescriptor* codec = avcodec_descriptor_get_by_name(track.codec.c_str());
  if (codec == nullptr) throw Error(Status::Data, name + ": its codec " + printable(track.codec, 60) + " is not known");
  ParametersPtr parameters(avcodec_parameters_alloc());
  check_allocated(parameters.get());
  AVCodecParameters& p = *parameters;
  p.codec_type = media_type(codec->id);
  p.codec_id = codec->id;
  p.width = static_cast<int>(track.width);
  p.height = static_cast<int>(track.height);
  p.sample_rate = static_cast<int>(track.sample_rate);
  set_color(p, track.color);
  p.field_order = field_order(track.fields, codec->id);
  if (track.sample_aspect.num != 0) p.sample_aspect_ratio = av_rational(track.sample_aspect);
  if (track.kind == Kind::Audio && !track.samples.empty()) p.format = av_samples(track.samples);
  if (track.channels != 0 &&
      (track.layout.empty() || av_channel_layout_from_string(&p.ch_layout, track.layout.c_str()) != 0)) {
    av_channel_layout_default(&p.ch_layout, static_cast<int>(track.channels));
  }
  const Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  if (const auto pixels = rest.find("pixels");
      track.kind == Kind::Video && pixels != rest.end() && pixels->is_string()) {
    if (const PixelFormat* format = find_pixel_format(pixels->get<std::string>())) p.format = av_format(*format);
  }
  if (const auto numbers = rest.find("parameters"); numbers != rest.end() && numbers->is_object()) {
    const auto number = [&](const char* member, auto& into) {
      const auto found = numbers->find(member);
      if (found != numbers->end() && found->is_number_integer()) {
        into = found->get<std::remove_reference_t<decltype(into)>>();
      }
    };
    number("codec_tag", p.codec_tag);
    number("bit_rate", p.bit_rate);
    for (const auto& [member, pointer] : parameter_names) number(member, p.*pointer);
  }
  for (const Attachment& attachment : attachments) {
    if (attachment.name == "extradata") set_extradata(p, attachment.bytes);
  }
  return parameters;
}

void update_track(Track& track, const AVFrame& frame) {
  if (track.kind == Kind::Audio) {
    track.samples = wire_samples(static_cast<AVSampleFormat>(frame.format));
    track.sample_rate = static_cast<std::uint32_t>(frame.sample_rate);
    const auto channels = static_cast<std::uint32_t>(frame.ch_layout.nb_channels);
    if (const std::string layout = layout_name(frame.ch_layout); !layout.empty() || channels != track.channels) {
      track.layout = layout;
    }
    track.channels = channels;
    return;
  }
  const auto format = static_cast<AVPixelFormat>(frame.format);
  set_format(track, format);
  if (track.width != static_cast<std::uint32_t>(frame.width) ||
      track.height != static_cast<std::uint32_t>(frame.height)) {
    check_pixels(track.rest, static_cast<std::uint64_t>(frame.width), static_cast<std::uint64_t>(frame.height));
    track.width = static_cast<std::uint32_t>(frame.width);
    track.height = static_cast<std::uint32_t>(frame.height);
  }
  // A header may know colours that the frame does not carry.
  const Color color = wire_color(frame);
  if (color.primaries != 2) track.color.primaries = color.primaries;
  if (color.transfer != 2) track.color.transfer = color.transfer;
  if (color.matrix != 2) track.color.matrix = color.matrix;
  if (color.range != Range::Unknown) track.color.range = color.range;
  if (color.chroma != Chroma::Unknown) track.color.chroma = color.chroma;
  set_converted_color(track, format);
  if (is_wire_rational(frame.sample_aspect_ratio) && track.sample_aspect.num == 0) {
    track.sample_aspect = rational(frame.sample_aspect_ratio);
  }
  const Json hdr = hdr_of(frame);
  if (hdr.is_null()) return;
  Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  rest["hdr"].update(hdr);
  track.rest = write_json(rest);
}

std::vector<Attachment> attachments_of(const AVStream& stream, bool decoded) {
  std::vector<Attachment> attachments;
  const auto add = [&](const char* name, const void* data, std::size_t size) {
    check_metadata("the container", size, name);
    attachments.push_back({name, std::string(static_cast<const char*>(data), size), 0});
  };
  std::size_t size = 0;
  if (!decoded && stream.codecpar->extradata_size > 0) {
    add("extradata", stream.codecpar->extradata, static_cast<std::size_t>(stream.codecpar->extradata_size));
  }
  if (const auto* icc = av_stream_get_side_data(&stream, AV_PKT_DATA_ICC_PROFILE, &size); icc != nullptr && decoded) {
    add("icc", icc, size);
  }
  return attachments;
}

}  // namespace sl::av
