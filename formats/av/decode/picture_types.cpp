// Asking parsers, or decoders if no parser knows.

#include "formats/av/decode/picture_types.h"

#include <algorithm>
#include <array>

namespace sl::av {

namespace {

// Codecs whose parsers know the type of every picture.
constexpr std::array parsed_codecs{AV_CODEC_ID_H264,  AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO,
                                   AV_CODEC_ID_MPEG4, AV_CODEC_ID_VP8,  AV_CODEC_ID_VP9,        AV_CODEC_ID_AV1};

}  // namespace

PictureTypes::PictureTypes(const AVStream& stream, const std::string& name) {
  const AVCodecParameters& codec = *stream.codecpar;
  const AVCodecDescriptor* description = avcodec_descriptor_get(codec.codec_id);
  only_keys_ = description != nullptr && (description->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
  if (only_keys_) return;
  if (std::ranges::find(parsed_codecs, codec.codec_id) != parsed_codecs.end()) {
    context_ = new_context(codec);
    parser_ = av_parser_init(codec.codec_id);
    if (parser_ != nullptr) parser_->flags |= PARSER_FLAG_COMPLETE_FRAMES;
  } else if (avcodec_find_decoder(codec.codec_id) != nullptr) {
    DecoderSettings settings;
    settings.salvage = true;
    decoder_ = std::make_unique<StreamDecoder>(codec, rational(stream.time_base), name, settings);
  }
}

PictureTypes::~PictureTypes() { av_parser_close(parser_); }

char PictureTypes::parse(const AVPacket& packet) {
  std::uint8_t* out = nullptr;
  int size = 0;
  parser_->pict_type = AV_PICTURE_TYPE_NONE;
  av_parser_parse2(parser_, context_.get(), &out, &size, packet.data, packet.size, packet.pts, packet.dts, packet.pos);
  const auto type = static_cast<AVPictureType>(parser_->pict_type);
  return type == AV_PICTURE_TYPE_NONE ? '?' : av_get_picture_type_char(type);
}

void PictureTypes::look(const AVPacket& packet) {
  if (parser_ != nullptr) types_[packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts] = parse(packet);
  if (decoder_ == nullptr) return;
  decoder_->decode(&packet, [&](AVFrame& frame, bool) {
    types_[frame.best_effort_timestamp] = av_get_picture_type_char(frame.pict_type);
  });
}

void PictureTypes::finish() {
  if (decoder_ == nullptr) return;
  decoder_->decode(nullptr, [&](AVFrame& frame, bool) {
    types_[frame.best_effort_timestamp] = av_get_picture_type_char(frame.pict_type);
  });
}

char PictureTypes::type_at(std::int64_t pts) const {
  if (only_keys_) return 'I';
  const auto found = types_.find(pts);
  return found == types_.end() ? '?' : found->second;
}

}  // namespace sl::av
