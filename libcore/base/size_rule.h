// The size of a result, as users of ImageMagick, FFmpeg and vips write it, from the size of a picture.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/length_text.h"
#include "libcore/base/size_text.h"

namespace sl {

class SizeRule {
 public:
  // As ImageMagick (https://imagemagick.org/script/command-line-processing.php#geometry):
  //   1280x720   as large as fits inside, with the proportions of the picture
  //   640x, 640  this width; the height follows      x200   this height
  //   50%        of both sides                       50%x25%
  //   1000@      about so many pixels in all, with the proportions of the picture
  // and after it  >  only make smaller,  <  only make larger,  !  exactly so, without proportions,  ^  cover the size
  // instead of fitting inside. As FFmpeg's filter `scale`: 640:480 exactly; 640:-2, the height follows, as a multiple
  // of 2; 0 is the picture's. As vips: 0.5, a factor with a decimal point.
  // Throw Usage, naming `option`.
  SizeRule(std::string_view option, std::string_view text);
  // The size of the picture.
  SizeRule() = default;

  // Return the size, at least 1x1 and at most wire_limit::number along each side.
  [[nodiscard]] Size of(const Size& from) const;
  // Return the rule with lengths on paper ("100mmx", "4cm", "2in") in pixels. Throw Usage if it has some, and the
  // density is unknown.
  [[nodiscard]] SizeRule at(const std::optional<PixelsPerMm>& density) const {
    return has_lengths(text_) ? SizeRule("", lengths_in_pixels(text_, density)) : *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

  // Return the box of WIDTHxHEIGHT without ! and ^; nothing for any other rule.
  [[nodiscard]] std::optional<Size> box() const;
  // Return this rule for a box, to cover it instead of fitting inside.
  [[nodiscard]] SizeRule covering() const { return {"", text_ + "^"}; }

 private:
  enum class Kind : std::uint8_t { Factor, Box, Area, Exact };
  bool parse(std::string_view text);
  bool take_flags(std::string_view& text);
  bool parse_percent(std::string_view text);
  bool parse_box(std::string_view text);
  bool parse_colon(std::string_view width, std::string_view height);

  std::string text_;
  Kind kind_ = Kind::Factor;
  bool only_smaller_ = false, only_larger_ = false, exact_ = false, covers_ = false;
  double factor_x_ = 1, factor_y_ = 1;   // Factor
  double area_ = 0;                      // Area, in pixels
  std::int64_t width_ = 0, height_ = 0;  // Box: 0 follows. Exact: 0 is the picture's, -n follows in steps of n
};

inline void parse_value(std::string_view option, std::string_view text, SizeRule& rule) {
  rule = SizeRule(option, text);
}
inline std::string value_text(const SizeRule& rule) { return rule.text(); }

}  // namespace sl
