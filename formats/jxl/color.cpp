// Numbers of colours.

#include "formats/jxl/color.h"

#include <algorithm>

#include "libcore/pixels/icc.h"

namespace sl::jxl {

namespace {

constexpr int p3_dci = 11, p3_d65 = 12;

}  // namespace

void set_numbers(const JxlColorEncoding& encoding, Color& color) {
  const bool gray = encoding.color_space == JXL_COLOR_SPACE_GRAY;
  if (gray || encoding.color_space == JXL_COLOR_SPACE_RGB) {
    const bool d65 = encoding.white_point == JXL_WHITE_POINT_D65;
    if (d65 && (encoding.primaries == JXL_PRIMARIES_SRGB || gray)) color.primaries = 1;
    if (d65 && encoding.primaries == JXL_PRIMARIES_2100 && !gray) color.primaries = 9;
    if (d65 && encoding.primaries == JXL_PRIMARIES_P3 && !gray) color.primaries = p3_d65;
    if (encoding.white_point == JXL_WHITE_POINT_DCI && encoding.primaries == JXL_PRIMARIES_P3) color.primaries = p3_dci;
  }
  switch (encoding.transfer_function) {
    case JXL_TRANSFER_FUNCTION_709:
    case JXL_TRANSFER_FUNCTION_LINEAR:
    case JXL_TRANSFER_FUNCTION_SRGB:
    case JXL_TRANSFER_FUNCTION_PQ:
    case JXL_TRANSFER_FUNCTION_DCI:
    case JXL_TRANSFER_FUNCTION_HLG:
      color.transfer = static_cast<int>(encoding.transfer_function);
      break;
    case JXL_TRANSFER_FUNCTION_GAMMA:
      if (std::abs(encoding.gamma * 2.2 - 1) < 1e-4) color.transfer = 4;
      if (std::abs(encoding.gamma * 2.8 - 1) < 1e-4) color.transfer = 5;
      break;
    default:
      break;
  }
}

JxlColorEncoding encoding_of(const Color& color, bool gray) {
  JxlColorEncoding encoding{};
  encoding.color_space = gray ? JXL_COLOR_SPACE_GRAY : JXL_COLOR_SPACE_RGB;
  encoding.white_point = color.primaries == p3_dci ? JXL_WHITE_POINT_DCI : JXL_WHITE_POINT_D65;
  encoding.rendering_intent = JXL_RENDERING_INTENT_RELATIVE;
  const auto known = std::ranges::find(known_primaries(), color.primaries, &Primaries::number);
  if (color.primaries == 9) {
    encoding.primaries = JXL_PRIMARIES_2100;
  } else if (color.primaries == p3_dci || color.primaries == p3_d65) {
    encoding.primaries = JXL_PRIMARIES_P3;
  } else if (color.primaries == 1 || known == known_primaries().end()) {
    encoding.primaries = JXL_PRIMARIES_SRGB;
  } else {
    encoding.white_point = JXL_WHITE_POINT_CUSTOM;
    encoding.primaries = JXL_PRIMARIES_CUSTOM;
    const auto point = [&](std::size_t i, double(&into)[2]) {
      into[0] = known->chromaticities[2 * i] / 1e5;
      into[1] = known->chromaticities[2 * i + 1] / 1e5;
    };
    point(0, encoding.white_point_xy);
    point(1, encoding.primaries_red_xy);
    point(2, encoding.primaries_green_xy);
    point(3, encoding.primaries_blue_xy);
  }
  switch (color.transfer) {
    case 1:
    case 6:
    case 14:
    case 15:
      encoding.transfer_function = JXL_TRANSFER_FUNCTION_709;
      break;
    case 4:
    case 5:
      encoding.transfer_function = JXL_TRANSFER_FUNCTION_GAMMA;
      encoding.gamma = 1 / (color.transfer == 4 ? 2.2 : 2.8);
      break;
    case 8:
    case 16:
    case 17:
    case 18:
      encoding.transfer_function = static_cast<JxlTransferFunction>(color.transfer);
      break;
    default:
      encoding.transfer_function = JXL_TRANSFER_FUNCTION_SRGB;
  }
  return encoding;
}

}  // namespace sl::jxl
