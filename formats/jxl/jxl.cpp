// JPEG XL: ISO/IEC 18181.

#include "formats/jxl/jxl.h"

#include "formats/silence.h"

namespace sl {

namespace jxl {

DecoderHandle open_decoder(std::span<const std::byte> file, int events, const std::string& name) {
  DecoderHandle decoder(JxlDecoderCreate(nullptr));
  if (decoder == nullptr) throw Error(Status::Resources, name + ": JPEG XL: no memory");
  JxlDecoderSubscribeEvents(decoder.get(), events);
  JxlDecoderSetInput(decoder.get(), reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
  // A box may go to the end of the file. Of a picture the decoder shall say that more is needed.
  if ((events & JXL_DEC_BOX) != 0) JxlDecoderCloseInput(decoder.get());
  return decoder;
}

JxlDecoderStatus next_event(JxlDecoder* decoder) {
  const Silence silence;
  return JxlDecoderProcessInput(decoder);
}

}  // namespace jxl

extern const Format jxl_format;
const Format jxl_format{
    .info = jxl_info,
    .decoder = jxl::make_decoder,
    .encoder = jxl::make_encoder,
    .intact_part = nullptr,
    .repack = jxl::repack,
};

}  // namespace sl
