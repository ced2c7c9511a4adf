// From the driver's colour to H.273.

#include <linux/videodev2.h>

#include "devices/v4l2/formats.h"

namespace sl::v4l2 {

namespace {

constexpr int unknown = 2;

int primaries_of(std::uint32_t colorspace) {
  switch (colorspace) {
    case V4L2_COLORSPACE_REC709:
    case V4L2_COLORSPACE_SRGB:
    case V4L2_COLORSPACE_JPEG:
      return 1;
    case V4L2_COLORSPACE_470_SYSTEM_M:
      return 4;
    case V4L2_COLORSPACE_470_SYSTEM_BG:
      return 5;
    case V4L2_COLORSPACE_SMPTE170M:
      return 6;
    case V4L2_COLORSPACE_SMPTE240M:
      return 7;
    case V4L2_COLORSPACE_BT2020:
      return 9;
    case V4L2_COLORSPACE_DCI_P3:
      return 11;
    default:
      return unknown;  // opRGB has no number
  }
}

int transfer_of(std::uint32_t colorspace, std::uint32_t transfer) {
  if (transfer == V4L2_XFER_FUNC_DEFAULT) {
    if (colorspace == V4L2_COLORSPACE_DEFAULT) return unknown;
    transfer = V4L2_MAP_XFER_FUNC_DEFAULT(colorspace);
  }
  switch (transfer) {
    case V4L2_XFER_FUNC_709:  // one curve with several numbers
      return colorspace == V4L2_COLORSPACE_SMPTE170M ? 6 : colorspace == V4L2_COLORSPACE_BT2020 ? 14 : 1;
    case V4L2_XFER_FUNC_SRGB:
      return 13;
    case V4L2_XFER_FUNC_OPRGB:
      return 4;
    case V4L2_XFER_FUNC_SMPTE240M:
      return 7;
    case V4L2_XFER_FUNC_NONE:
      return 8;
    case V4L2_XFER_FUNC_DCI_P3:
      return 17;
    case V4L2_XFER_FUNC_SMPTE2084:
      return 16;
    default:
      return unknown;
  }
}

int matrix_of(std::uint32_t colorspace, std::uint32_t encoding) {
  if (encoding == V4L2_YCBCR_ENC_DEFAULT) {
    if (colorspace == V4L2_COLORSPACE_DEFAULT || colorspace == V4L2_COLORSPACE_RAW) return unknown;
    encoding = V4L2_MAP_YCBCR_ENC_DEFAULT(colorspace);
  }
  switch (encoding) {
    case V4L2_YCBCR_ENC_601:
    case V4L2_YCBCR_ENC_XV601:
    case V4L2_YCBCR_ENC_SYCC:
      return colorspace == V4L2_COLORSPACE_470_SYSTEM_BG ? 5 : 6;
    case V4L2_YCBCR_ENC_709:
    case V4L2_YCBCR_ENC_XV709:
      return 1;
    case V4L2_YCBCR_ENC_BT2020:
      return 9;
    case V4L2_YCBCR_ENC_BT2020_CONST_LUM:
      return 10;
    case V4L2_YCBCR_ENC_SMPTE240M:
      return 7;
    default:
      return unknown;
  }
}

Range range_of(const DriverColor& driver, const PixelFormat* pixels) {
  std::uint32_t quantization = driver.quantization;
  if (quantization == V4L2_QUANTIZATION_DEFAULT) {
    if (driver.colorspace == V4L2_COLORSPACE_RAW) return Range::Unknown;
    // Gray is the sensor's own, from black to white: so vivid and the infrared cameras send it, and no other says.
    const bool full = pixels != nullptr && pixels->model != Model::Yuv;
    quantization = V4L2_MAP_QUANTIZATION_DEFAULT(full, driver.colorspace, driver.encoding);
  }
  return quantization == V4L2_QUANTIZATION_FULL_RANGE ? Range::Full : Range::Limited;
}

}  // namespace

Color color_of(const DriverColor& driver, const PixelFormat* pixels) {
  const bool rgb = pixels != nullptr && pixels->model == Model::Rgb;
  Color color;
  color.primaries = primaries_of(driver.colorspace);
  color.transfer = transfer_of(driver.colorspace, driver.transfer);
  color.matrix = rgb ? 0 : matrix_of(driver.colorspace, driver.encoding);
  const bool extended = driver.encoding == V4L2_YCBCR_ENC_XV601 || driver.encoding == V4L2_YCBCR_ENC_XV709;
  if (extended && color.transfer != unknown) color.transfer = 11;
  color.range = range_of(driver, pixels);
  return color;
}

}  // namespace sl::v4l2
