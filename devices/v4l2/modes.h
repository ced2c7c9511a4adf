// The modes that a camera offers, the request, and the nearest mode to it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/rational.h"
#include "libcore/base/size_text.h"

namespace sl::v4l2 {

// The default: it fits every network and screen.
inline constexpr Size usual_size{1280, 720};
inline constexpr Rational usual_rate{30, 1};

// Frames a second from `least` to `most`; a single rate if they are equal, unknown if num is 0.
struct RateOffer {
  Rational least, most;
};

// Sizes from `least` to `most` by `step`; a single one if those are equal. The rates are those for the size nearest
// to the requested one.
struct SizeOffer {
  Size least, most, step{1, 1};
  std::vector<RateOffer> rates;
};

struct FormatOffer {
  std::uint32_t fourcc = 0;
  std::string description;  // the driver's
  std::vector<SizeOffer> sizes;
};

// The options of the command line; nothing: not given.
struct Request {
  std::string format;
  std::optional<Size> size;
  std::optional<Rational> rate;
};

struct Mode {
  std::uint32_t fourcc = 0;
  Size size;
  Rational rate;  // num 0: the driver does not report it
};

// Of the sizes of an offer the one nearest to this.
[[nodiscard]] Size nearest_size(const SizeOffer& offer, const Size& wished);

// Return the nearest mode that can be sent: by a given format first, then the size, then the rate, then the format
// that costs least. The defaults are 1280x720 and 30 frames a second; a default size counts after the
// rate, so that a camera with small pictures at 30 and large ones at 5 gives the former. Nothing if the camera has
// no format that can be sent.
[[nodiscard]] std::optional<Mode> choose(const std::vector<FormatOffer>& offers, const Request& request);

// "1280x720 at 29.97 frames a second, YUYV".
[[nodiscard]] std::string describe(const Mode& mode);
[[nodiscard]] std::string rate_text(const Rational& rate);
// Return a line about how `given` differs from the request; empty if it does not.
[[nodiscard]] std::string difference_text(const Request& request, const Mode& given);

}  // namespace sl::v4l2
