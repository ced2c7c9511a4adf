// What a camera offers, what somebody wishes, and the nearest of the one to the other.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/rational.h"
#include "libcore/base/size_text.h"

namespace sl::v4l2 {

// Where nobody says: what fits every network and screen.
inline constexpr Size usual_size{1280, 720};
inline constexpr Rational usual_rate{30, 1};

// Frames a second from `least` to `most`; a single rate where they are equal, not told where num is 0.
struct RateOffer {
  Rational least, most;
};

// Sizes from `least` to `most` by `step`; a single one where those are equal. The rates are those of the size nearest
// to the one wished for.
struct SizeOffer {
  Size least, most, step{1, 1};
  std::vector<RateOffer> rates;
};

struct FormatOffer {
  std::uint32_t fourcc = 0;
  std::string description;  // the driver's
  std::vector<SizeOffer> sizes;
};

// What stands on the command line; nothing: not said.
struct Wish {
  std::string format;
  std::optional<Size> size;
  std::optional<Rational> rate;
};

struct Mode {
  std::uint32_t fourcc = 0;
  Size size;
  Rational rate;  // num 0: the driver does not tell
};

// Of the sizes of an offer the one nearest to this.
[[nodiscard]] Size nearest_size(const SizeOffer& offer, const Size& wished);

// The nearest mode that can be sent: a format that was said before all, then the size, then the rate, then the format
// that costs least. What was not said is 1280x720 and 30 frames a second; a size that was not said comes after the
// rate, so that a camera with small pictures at 30 and large ones at 5 gives the former. Nothing where the camera has
// no format that can be sent.
[[nodiscard]] std::optional<Mode> choose(const std::vector<FormatOffer>& offers, const Wish& wish);

// "1280x720 at 29.97 frames a second, YUYV": for people.
[[nodiscard]] std::string describe(const Mode& mode);
[[nodiscard]] std::string rate_text(const Rational& rate);
// Where `given` is not what was wished, a line that says so; empty where it is.
[[nodiscard]] std::string tell_difference(const Wish& wish, const Mode& given);

}  // namespace sl::v4l2
