// The nearest mode.

#include "devices/v4l2/modes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "devices/v4l2/formats.h"
#include "libcore/base/error.h"

namespace sl::v4l2 {

namespace {

double value(const Rational& rate) { return static_cast<double>(rate.num) / static_cast<double>(rate.den); }

// Return the distance as factors: half is as far as double.
double distance(const Size& a, const Size& b) {
  return std::abs(std::log(static_cast<double>(a.width) / b.width)) +
         std::abs(std::log(static_cast<double>(a.height) / b.height));
}
double distance(const Rational& a, const Rational& b) {
  return a.num == 0 ? 0 : std::abs(std::log(value(a) / value(b)));  // unknown: taken to be right
}

Rational nearest_rate(const RateOffer& offer, const Rational& wished) {
  if (value(wished) <= value(offer.least)) return offer.least;
  return value(wished) >= value(offer.most) ? offer.most : wished;
}

std::uint32_t nearest_step(std::uint32_t least, std::uint32_t most, std::uint32_t step, std::uint32_t wished) {
  if (wished <= least) return least;
  if (step == 0) step = 1;
  const std::uint32_t steps = (std::min(wished, most) - least + step / 2) / step;
  const std::uint64_t result = least + std::uint64_t{steps} * step;
  return static_cast<std::uint32_t>(result > most ? result - step : result);
}

using Price = std::tuple<int, double, double, int, double>;

Price price_of(const Mode& mode, const Format& format, const Request& request) {
  const bool other_format = !request.format.empty() && !is_called(mode.fourcc, request.format);
  const double size = distance(mode.size, request.size.value_or(usual_size));
  const double rate = distance(mode.rate, request.rate.value_or(usual_rate));
  // 29.97 and 30 are one rate for the choice of a format.
  const double rough_rate = std::floor(rate * 10);
  const bool rate_first = !request.size;
  return {other_format, rate_first ? rough_rate : size, rate_first ? size : rough_rate, preference(format), rate};
}

}  // namespace

Size nearest_size(const SizeOffer& offer, const Size& wished) {
  return {nearest_step(offer.least.width, offer.most.width, offer.step.width, wished.width),
          nearest_step(offer.least.height, offer.most.height, offer.step.height, wished.height)};
}

std::optional<Mode> choose(const std::vector<FormatOffer>& offers, const Request& request) {
  std::optional<Mode> best;
  Price least;
  for (const FormatOffer& offer : offers) {
    const auto format = find_format(offer.fourcc);
    if (!format) continue;
    for (const SizeOffer& sizes : offer.sizes) {
      Mode mode{offer.fourcc, nearest_size(sizes, request.size.value_or(usual_size)), {}};
      const auto consider = [&](const Rational& rate) {
        mode.rate = rate;
        const Price price = price_of(mode, *format, request);
        if (best && price >= least) return;
        least = price;
        best = mode;
      };
      for (const RateOffer& rates : sizes.rates) consider(nearest_rate(rates, request.rate.value_or(usual_rate)));
      if (sizes.rates.empty()) consider({});
    }
  }
  return best;
}

std::string rate_text(const Rational& rate) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value(rate));
  return text.data();
}

std::string describe(const Mode& mode) {
  std::string text = size_text(mode.size);
  if (mode.rate.num != 0) text += " at " + rate_text(mode.rate) + " frames a second";
  return text + ", " + printable(fourcc_name(mode.fourcc));
}

std::string difference_text(const Request& request, const Mode& given) {
  std::string wished;
  const auto add = [&](const std::string& what) { wished += (wished.empty() ? "" : ", ") + what; };
  if (request.size && *request.size != given.size) add(size_text(*request.size));
  if (request.rate && (given.rate.num == 0 || distance(given.rate, *request.rate) > 0.002)) {
    add(rate_text(*request.rate) + " frames a second");
  }
  if (!request.format.empty() && !is_called(given.fourcc, request.format)) add(printable(request.format, 20));
  return wished.empty() ? "" : describe(given) + ": the nearest to " + wished;
}

}  // namespace sl::v4l2
