// From the driver's colour to H.273.

#include <linux/videodev2.h>

#include <algorithm>
#include <span>
#include <utility>

#include "devices/v4l2/formats.h"

namespace sl::v4l2 {

namespace {

constexpr int unknown = 2;

// A code of V4L2 and its number in H.273.
using Number = std::pair<std::uint32_t, int>;

constexpr Number primaries[] = {{V4L2_COLORSPACE_REC709, 1},        {V4L2_COLORSPACE_SRGB, 1},
                                {V4L2_COLORSPACE_JPEG, 1},          {V4L2_COLORSPACE_470_SYSTEM_M, 4},
                                {V4L2_COLORSPACE_470_SYSTEM_BG, 5}, {V4L2_COLORSPACE_SMPTE170M, 6},
                                {V4L2_COLORSPACE_SMPTE240M, 7},     {V4L2_COLORSPACE_BT2020, 9},
                                {V4L2_COLORSPACE_DCI_P3, 11}};  // opRGB has no number

constexpr Number transfers[] = {{V4L2_XFER_FUNC_709, 1},       {V4L2_XFER_FUNC_SRGB, 13}, {V4L2_XFER_FUNC_OPRGB, 4},
                                {V4L2_XFER_FUNC_SMPTE240M, 7}, {V4L2_XFER_FUNC_NONE, 8},  {V4L2_XFER_FUNC_DCI_P3, 17},
                                {V4L2_XFER_FUNC_SMPTE2084, 16}};

constexpr Number matrices[] = {{V4L2_YCBCR_ENC_601, 6},
                               {V4L2_YCBCR_ENC_XV601, 6},
                               {V4L2_YCBCR_ENC_SYCC, 6},
                               {V4L2_YCBCR_ENC_709, 1},
                               {V4L2_YCBCR_ENC_XV709, 1},
                               {V4L2_YCBCR_ENC_BT2020, 9},
                               {V4L2_YCBCR_ENC_BT2020_CONST_LUM, 10},
                               {V4L2_YCBCR_ENC_SMPTE240M, 7}};

int number_of(std::span<const Number> table, std::uint32_t code) {
  const auto found = std::ranges::find(table, code, &Number::first);
  return found == table.end() ? unknown : found->second;
}

int transfer_of(std::uint32_t colorspace, std::uint32_t transfer) {
  if (transfer == V4L2_XFER_FUNC_DEFAULT) {
    if (colorspace == V4L2_COLORSPACE_DEFAULT) return unknown;
    transfer = V4L2_MAP_XFER_FUNC_DEFAULT(colorspace);
  }
  // One curve with several numbers.
  if (transfer == V4L2_XFER_FUNC_709 && colorspace == V4L2_COLORSPACE_SMPTE170M) return 6;
  if (transfer == V4L2_XFER_FUNC_709 && colorspace == V4L2_COLORSPACE_BT2020) return 14;
  return number_of(transfers, transfer);
}

int matrix_of(std::uint32_t colorspace, std::uint32_t encoding) {
  if (encoding == V4L2_YCBCR_ENC_DEFAULT) {
    if (colorspace == V4L2_COLORSPACE_DEFAULT || colorspace == V4L2_COLORSPACE_RAW) return unknown;
    encoding = V4L2_MAP_YCBCR_ENC_DEFAULT(colorspace);
  }
  const int number = number_of(matrices, encoding);
  return number == 6 && colorspace == V4L2_COLORSPACE_470_SYSTEM_BG ? 5 : number;
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

// Return the first code of a number, or 0: the driver's default in all of its tables.
std::uint32_t code_of(std::span<const Number> table, int number) {
  const auto found = std::ranges::find(table, number, &Number::second);
  return number == unknown || found == table.end() ? 0 : found->first;
}

}  // namespace

DriverColor driver_color_of(const Color& color) {
  DriverColor driver;
  driver.colorspace = code_of(primaries, color.primaries);
  if (color.primaries == 1 && color.transfer == 13) driver.colorspace = V4L2_COLORSPACE_SRGB;
  const bool is_curve_of_709 = color.transfer == 6 || color.transfer == 14;
  driver.transfer = code_of(transfers, is_curve_of_709 ? 1 : color.transfer);
  driver.encoding = code_of(matrices, color.matrix == 5 ? 6 : color.matrix);
  if (color.range == Range::Full) driver.quantization = V4L2_QUANTIZATION_FULL_RANGE;
  if (color.range == Range::Limited) driver.quantization = V4L2_QUANTIZATION_LIM_RANGE;
  return driver;
}

Color color_of(const DriverColor& driver, const PixelFormat* pixels) {
  const bool rgb = pixels != nullptr && pixels->model == Model::Rgb;
  Color color;
  color.primaries = number_of(primaries, driver.colorspace);
  color.transfer = transfer_of(driver.colorspace, driver.transfer);
  color.matrix = rgb ? 0 : matrix_of(driver.colorspace, driver.encoding);
  const bool extended = driver.encoding == V4L2_YCBCR_ENC_XV601 || driver.encoding == V4L2_YCBCR_ENC_XV709;
  if (extended && color.transfer != unknown) color.transfer = 11;
  color.range = range_of(driver, pixels);
  return color;
}

}  // namespace sl::v4l2
