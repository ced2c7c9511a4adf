// Lengths on paper in sizes and rectangles.

#include "libcore/base/length_text.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/base/rect_rule.h"
#include "libcore/base/size_rule.h"

namespace {

TEST(LengthText, BecomesPixelsAlongItsAxis) {
  const sl::PixelsPerMm density{10, 20};
  for (const auto& [text, pixels] : {std::pair{"10mmx5mm", "100x100"},
                                     {"x1cm", "x200"},
                                     {"2.54cmx1in+1mm-2mm", "254x508+10-40"},
                                     {"640x480>", "640x480>"},
                                     {"1in:2mm:3:4mm", "254:40:3:80"},
                                     {"50%", "50%"}}) {
    EXPECT_EQ(sl::lengths_in_pixels(text, density), pixels);
  }
  EXPECT_FALSE(sl::has_lengths("640x480"));
  EXPECT_TRUE(sl::has_lengths("0.5inx"));
}

TEST(LengthText, InRules) {
  const std::optional<sl::PixelsPerMm> density{{10, 10}}, none;
  const sl::SizeRule size("SIZE", "10mmx");
  EXPECT_EQ(size.at(density).of({50, 20}), (sl::Size{100, 40}));
  const sl::RectRule part("RECTANGLE", "5mmx4mm+1mm+2mm");
  EXPECT_EQ(part.at(density).in({500, 500}), (sl::Rect{10, 20, 50, 40}));
  EXPECT_EQ(sl::SizeRule("SIZE", "30x").at(none).of({60, 20}), (sl::Size{30, 10}));
  EXPECT_THROW((void)size.at(none), sl::Error);
  EXPECT_THROW(sl::SizeRule("SIZE", "10kmx"), sl::Error);
}

}  // namespace
