// JPEG: ITU-T T.81 | ISO/IEC 10918-1 (https://www.w3.org/Graphics/JPEG/itu-t81.pdf), with libjpeg-turbo.
//
// Planes stay native both ways: a decoder hands on the file's YCbCr planes with their subsampling, and an encoder
// writes such planes untouched, so that JPEG to JPEG costs no conversion and no chroma resampling.
//
// Several JPEGs in a row are a sequence, except those that the first one's index claims as its parts (mpf.h).

#include <jerror.h>

#include <array>
#include <cctype>

#include "formats/jpeg/codec.h"
#include "formats/jpeg/input.h"

namespace sl {
namespace jpeg {
namespace {

// SOF markers that libjpeg-turbo has no decoder for.
std::string process_name(int marker) {
  const std::string suffix = " (SOF" + std::to_string(marker - 0xc0) + ")";
  switch (marker) {
    case 0xc3:
      return "lossless JPEG" + suffix;
    case 0xcb:
      return "lossless arithmetic JPEG" + suffix;
    case 0xc5:
    case 0xc6:
    case 0xc7:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return "hierarchical JPEG" + suffix;
    case 0xde:
      return "hierarchical JPEG (DHP)";
    case 0xf7:
      return "JPEG-LS (SOF55)";
    default:
      return {};
  }
}

}  // namespace

std::string message(j_common_ptr jpeg) {
  const jpeg_error_mgr& error = *jpeg->err;
  switch (error.msg_code) {
    case JERR_BAD_PRECISION:
      return std::to_string(error.msg_parm.i[0]) + "-bit JPEG is not supported";
    case JERR_SOF_UNSUPPORTED:
    case JERR_UNKNOWN_MARKER:
      if (const std::string name = process_name(error.msg_parm.i[0]); !name.empty()) return name + " is not supported";
      break;
    case JERR_EMPTY_IMAGE: {
      const auto& header = *reinterpret_cast<j_decompress_ptr>(jpeg);
      if (header.num_components <= 0) return "no components";
      if (header.image_width == 0) return "width 0";
      return "height 0: one that follows the picture (DNL) is not supported";
    }
    default:
      break;
  }
  std::array<char, JMSG_LENGTH_MAX> buffer{};
  error.format_message(jpeg, buffer.data());
  std::string text(buffer.data());
  for (const std::string_view prefix :
       {"Corrupt JPEG data: ", "Invalid JPEG file structure: ", "Sorry, ", "Warning: "}) {
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
  }
  // Keep the capital of an abbreviation.
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

Status status(j_common_ptr jpeg) {
  switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
      return Status::Resources;
    case JERR_NO_BACKING_STORE:
      return Status::Limit;
    default:
      return Status::Data;
  }
}

}  // namespace jpeg

extern const FormatInfo jpeg_info;
extern const Format jpeg_format;
const Format jpeg_format{
    .info = jpeg_info,
    .decoder = jpeg::make_decoder,
    .encoder = jpeg::make_encoder,
    .intact_part = jpeg::intact_segment,
};

}  // namespace sl
