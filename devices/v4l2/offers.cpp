// Asking a camera for its formats, sizes and rates.

#include <linux/videodev2.h>

#include <cstring>
#include <numeric>

#include "devices/v4l2/device.h"
#include "libcore/base/limits.h"

namespace sl::v4l2 {

namespace {

constexpr std::uint32_t max_entries = 1000;  // no driver ends an enumeration by itself that is broken

// Frames a second of an interval; nothing of one that makes no sense.
Rational rate_of(const v4l2_fract& interval) {
  if (interval.numerator == 0 || interval.denominator == 0) return {};
  const std::int64_t common = std::gcd(interval.numerator, interval.denominator);
  const Rational rate{interval.denominator / common, interval.numerator / common};
  return rate.num > wire_limit::number || rate.den > wire_limit::number ? Rational{} : rate;
}

std::vector<RateOffer> rates_of(const Device& device, std::uint32_t fourcc, const Size& size) {
  std::vector<RateOffer> rates;
  for (std::uint32_t i = 0; i < max_entries; ++i) {
    v4l2_frmivalenum answer{};
    answer.index = i;
    answer.pixel_format = fourcc;
    answer.width = size.width;
    answer.height = size.height;
    if (!device.try_ask(VIDIOC_ENUM_FRAMEINTERVALS, &answer)) break;
    const bool single = answer.type == V4L2_FRMIVAL_TYPE_DISCRETE;
    // The longest interval is the lowest rate.
    const RateOffer rate{rate_of(single ? answer.discrete : answer.stepwise.max),
                         rate_of(single ? answer.discrete : answer.stepwise.min)};
    if (rate.least.num != 0 && rate.most.num != 0) rates.push_back(rate);
    if (!single) break;
  }
  return rates;
}

std::vector<SizeOffer> sizes_of(const Device& device, std::uint32_t fourcc, const Size& wished) {
  std::vector<SizeOffer> sizes;
  for (std::uint32_t i = 0; i < max_entries; ++i) {
    v4l2_frmsizeenum answer{};
    answer.index = i;
    answer.pixel_format = fourcc;
    if (!device.try_ask(VIDIOC_ENUM_FRAMESIZES, &answer)) break;
    SizeOffer offer;
    if (answer.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
      offer.least = offer.most = {answer.discrete.width, answer.discrete.height};
    } else {
      offer.least = {answer.stepwise.min_width, answer.stepwise.min_height};
      offer.most = {answer.stepwise.max_width, answer.stepwise.max_height};
      offer.step = {answer.stepwise.step_width, answer.stepwise.step_height};
    }
    const bool sound = offer.least.width > 0 && offer.least.height > 0 && offer.most.width >= offer.least.width &&
                       offer.most.height >= offer.least.height && offer.most.width <= wire_limit::number &&
                       offer.most.height <= wire_limit::number;
    if (!sound) continue;
    offer.rates = rates_of(device, fourcc, nearest_size(offer, wished));
    sizes.push_back(offer);
    if (answer.type != V4L2_FRMSIZE_TYPE_DISCRETE) break;
  }
  if (!sizes.empty()) return sizes;
  // A driver that lists no rates answers with its choice for the requested one.
  v4l2_format answer{};
  answer.type = device.buffer_type();
  answer.fmt.pix.width = wished.width;  // the first members of both kinds are the same
  answer.fmt.pix.height = wished.height;
  answer.fmt.pix.pixelformat = fourcc;
  answer.fmt.pix.field = V4L2_FIELD_ANY;
  if (!device.try_ask(VIDIOC_TRY_FMT, &answer) || answer.fmt.pix.pixelformat != fourcc) return sizes;
  const Size size{answer.fmt.pix.width, answer.fmt.pix.height};
  if (size.width > 0 && size.height > 0) sizes.push_back({size, size, {1, 1}, rates_of(device, fourcc, size)});
  return sizes;
}

}  // namespace

std::vector<FormatOffer> offers_of(const Device& device, const Size& wished) {
  std::vector<FormatOffer> offers;
  for (std::uint32_t i = 0; i < max_entries; ++i) {
    v4l2_fmtdesc answer{};
    answer.index = i;
    answer.type = device.buffer_type();
    if (!device.try_ask(VIDIOC_ENUM_FMT, &answer)) break;
    const auto* text = reinterpret_cast<const char*>(answer.description);
    offers.push_back({answer.pixelformat,
                      {text, strnlen(text, sizeof answer.description)},
                      sizes_of(device, answer.pixelformat, wished)});
  }
  return offers;
}

}  // namespace sl::v4l2
