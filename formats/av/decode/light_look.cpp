// One picture of a stream, for its side data.

#include "formats/av/decode/light_look.h"

#include "formats/av/hdr.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl::av {

bool LightLook::is_worth(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  const bool bright = codec.color_trc == AVCOL_TRC_SMPTE2084 || codec.color_trc == AVCOL_TRC_ARIB_STD_B67;
  return codec.codec_type == AVMEDIA_TYPE_VIDEO && bright && hdr_of(stream).is_null() &&
         avcodec_find_decoder(codec.codec_id) != nullptr;
}

LightLook::LightLook(const AVStream& stream, const std::string& name) {
  decoder_.emplace(*stream.codecpar, rational(stream.time_base), name,
                   DecoderSettings{.threads = 1, .low_delay = true, .salvage = true});
}

void LightLook::look(const AVPacket& packet) {
  bool shown = false;
  try {
    decoder_->decode(&packet, [&](const AVFrame& frame, bool) {
      if (const Json hdr = hdr_of(frame); !shown && !hdr.is_null()) hdr_ = write_json(hdr);
      shown = true;
    });
  } catch (const Error&) {
    shown = true;
  }
  if (shown) decoder_.reset();
}

Json LightLook::found() const { return hdr_.empty() ? Json() : parse_json(hdr_, wire_limit::json); }

}  // namespace sl::av
