// A JPEG into JPEG XL without decoding its pixels, and the same bytes out of it again.

#include <vector>

#include "formats/jxl/jxl.h"
#include "formats/jxl/output.h"
#include "formats/whole_file.h"
#include "libcore/base/limits.h"

namespace sl::jxl {

namespace {

void pack(Source& source, const EncodeContext& context) {
  const std::vector<std::byte> file = read_whole(source, "a JPEG to repack");
  FileOutput output(context);
  output.check(JxlEncoderStoreJPEGMetadata(output.get(), JXL_TRUE), "the JPEG cannot be kept");
  JxlEncoderFrameSettings* const settings = JxlEncoderFrameSettingsCreate(output.get(), nullptr);
  output.check(
      JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, context.options.integer("effort")),
      "no such effort");
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(file.data());
  if (JxlEncoderAddJPEGFrame(settings, bytes, file.size()) != JXL_ENC_SUCCESS) {
    throw Error(Status::Data, source.name() +
                                  ": JPEG: libjxl cannot keep it without loss (damaged, CMYK, or of 12 bits); "
                                  "without [jpeg] its pixels are encoded");
  }
  JxlEncoderCloseInput(output.get());
  output.write();
}

void unpack(Source& source, Target& target) {
  const std::vector<std::byte> packed = read_whole(source, "a JPEG XL file");
  const DecoderHandle decoder = open_decoder(packed, JXL_DEC_JPEG_RECONSTRUCTION | JXL_DEC_FULL_IMAGE, source.name());
  std::vector<std::byte> file(std::size_t{1} << 20);
  const auto give_room = [&](std::size_t have) {
    check_memory(source.name(), file.size(), "the JPEG in a JPEG XL");
    JxlDecoderSetJPEGBuffer(decoder.get(), reinterpret_cast<std::uint8_t*>(file.data()) + have, file.size() - have);
  };
  bool found = false;
  for (;;) {
    switch (next_event(decoder.get())) {
      case JXL_DEC_JPEG_RECONSTRUCTION:
        found = true;
        give_room(0);
        break;
      case JXL_DEC_JPEG_NEED_MORE_OUTPUT: {
        const std::size_t have = file.size() - JxlDecoderReleaseJPEGBuffer(decoder.get());
        file.resize(file.size() * 2);
        give_room(have);
        break;
      }
      case JXL_DEC_FULL_IMAGE:
        if (!found) break;
        file.resize(file.size() - JxlDecoderReleaseJPEGBuffer(decoder.get()));
        return target.write(file);
      case JXL_DEC_NEED_MORE_INPUT:
        throw Error(Status::Data, source.name() + ": JPEG XL: truncated");
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
      case JXL_DEC_SUCCESS:
        throw Error(Status::Data, source.name() +
                                      ": JPEG XL: it was not made of a JPEG; without [jxl] its pixels are "
                                      "encoded");
      default:
        throw Error(Status::Data, source.name() + ": JPEG XL: damaged");
    }
  }
}

}  // namespace

void repack(Source& source, const EncodeContext& context) {
  const auto head = source.peek(sniff_bytes);
  if (jxl_info.sniff(head)) return unpack(source, context.target);
  pack(source, context);
}

}  // namespace sl::jxl
