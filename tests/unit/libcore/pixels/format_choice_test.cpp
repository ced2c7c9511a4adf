// The nearest format to each pixel format of the wire, of the lists that the still encoders offer.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "libcore/pixels/format_choice.h"

namespace {

using namespace sl;

struct Choice {
  std::string_view from, interleaved, opaque, planes;
};
constexpr std::array table{std::to_array<Choice>({
    {"gray", "gray", "gray", "gray"},
    {"ya8", "ya8", "gray", "gray"},
    {"rgb24", "rgb24", "rgb24", "yuv444p"},
    {"rgba", "rgba", "rgb24", "yuv444p"},
    {"gray16le", "gray16le", "gray16le", "gray"},
    {"ya16le", "ya16le", "gray16le", "gray"},
    {"rgb48le", "rgb48le", "rgb48le", "yuv444p"},
    {"rgba64le", "rgba64le", "rgb48le", "yuv444p"},
    {"grayf32le", "gray16le", "gray16le", "gray"},
    {"rgbf32le", "rgb48le", "rgb48le", "yuv444p"},
    {"rgbaf32le", "rgba64le", "rgb48le", "yuv444p"},
    {"yuv420p", "rgb24", "rgb24", "yuv420p"},
    {"yuv422p", "rgb24", "rgb24", "yuv422p"},
    {"yuv444p", "rgb24", "rgb24", "yuv444p"},
    {"yuv410p", "rgb24", "rgb24", "yuv420p"},
    {"yuv411p", "rgb24", "rgb24", "yuv411p"},
    {"yuv440p", "rgb24", "rgb24", "yuv440p"},
    {"yuva420p", "rgba", "rgb24", "yuv420p"},
    {"yuva422p", "rgba", "rgb24", "yuv422p"},
    {"yuva444p", "rgba", "rgb24", "yuv444p"},
    {"yuv420p9le", "rgb48le", "rgb48le", "yuv420p"},
    {"yuv420p10le", "rgb48le", "rgb48le", "yuv420p"},
    {"yuv420p12le", "rgb48le", "rgb48le", "yuv420p"},
    {"yuv420p14le", "rgb48le", "rgb48le", "yuv420p"},
    {"yuv420p16le", "rgb48le", "rgb48le", "yuv420p"},
    {"yuv422p9le", "rgb48le", "rgb48le", "yuv422p"},
    {"yuv422p10le", "rgb48le", "rgb48le", "yuv422p"},
    {"yuv422p12le", "rgb48le", "rgb48le", "yuv422p"},
    {"yuv422p14le", "rgb48le", "rgb48le", "yuv422p"},
    {"yuv422p16le", "rgb48le", "rgb48le", "yuv422p"},
    {"yuv444p9le", "rgb48le", "rgb48le", "yuv444p"},
    {"yuv444p10le", "rgb48le", "rgb48le", "yuv444p"},
    {"yuv444p12le", "rgb48le", "rgb48le", "yuv444p"},
    {"yuv444p14le", "rgb48le", "rgb48le", "yuv444p"},
    {"yuv444p16le", "rgb48le", "rgb48le", "yuv444p"},
    {"yuv440p10le", "rgb48le", "rgb48le", "yuv440p"},
    {"yuv440p12le", "rgb48le", "rgb48le", "yuv440p"},
    {"yuva420p9le", "rgba64le", "rgb48le", "yuv420p"},
    {"yuva420p10le", "rgba64le", "rgb48le", "yuv420p"},
    {"yuva420p16le", "rgba64le", "rgb48le", "yuv420p"},
    {"yuva422p9le", "rgba64le", "rgb48le", "yuv422p"},
    {"yuva422p10le", "rgba64le", "rgb48le", "yuv422p"},
    {"yuva422p12le", "rgba64le", "rgb48le", "yuv422p"},
    {"yuva422p16le", "rgba64le", "rgb48le", "yuv422p"},
    {"yuva444p9le", "rgba64le", "rgb48le", "yuv444p"},
    {"yuva444p10le", "rgba64le", "rgb48le", "yuv444p"},
    {"yuva444p12le", "rgba64le", "rgb48le", "yuv444p"},
    {"yuva444p16le", "rgba64le", "rgb48le", "yuv444p"},
    {"nv12", "rgb24", "rgb24", "yuv420p"},
    {"p010le", "rgb48le", "rgb48le", "yuv420p"},
    {"yuyv422", "rgb24", "rgb24", "yuv422p"},
    {"uyvy422", "rgb24", "rgb24", "yuv422p"},
    {"gbrp", "rgb24", "rgb24", "yuv444p"},
    {"gbrp9le", "rgb48le", "rgb48le", "yuv444p"},
    {"gbrp10le", "rgb48le", "rgb48le", "yuv444p"},
    {"gbrp12le", "rgb48le", "rgb48le", "yuv444p"},
    {"gbrp14le", "rgb48le", "rgb48le", "yuv444p"},
    {"gbrp16le", "rgb48le", "rgb48le", "yuv444p"},
    {"gbrpf32le", "rgb48le", "rgb48le", "yuv444p"},
    {"gbrap", "rgba", "rgb24", "yuv444p"},
    {"gbrap10le", "rgba64le", "rgb48le", "yuv444p"},
    {"gbrap12le", "rgba64le", "rgb48le", "yuv444p"},
    {"gbrap16le", "rgba64le", "rgb48le", "yuv444p"},
    {"gbrapf32le", "rgba64le", "rgb48le", "yuv444p"},
})};

constexpr std::array<std::string_view, 8> interleaved{"gray",     "ya8",    "rgb24",   "rgba",
                                                      "gray16le", "ya16le", "rgb48le", "rgba64le"};

Track track_of(const PixelFormat& format) {
  Track track;
  track.pixels = &format;
  track.width = track.height = 16;
  track.alpha = format.alpha ? Alpha::Straight : Alpha::None;
  return track;
}

std::string_view chosen(const Track& track, std::initializer_list<std::string_view> formats) {
  return nearest(track, formats).pixels->name;
}

TEST(NearestFormat, LosesLeastForEveryFormatOfTheWire) {
  ASSERT_EQ(table.size(), pixel_formats().size());
  for (const PixelFormat& format : pixel_formats()) {
    const auto* row = std::ranges::find(table, format.name, &Choice::from);
    ASSERT_NE(row, table.end()) << format.name;
    Track track = track_of(format);
    EXPECT_EQ(nearest(track, interleaved).pixels->name, row->interleaved) << format.name;
    EXPECT_EQ(chosen(track, {"gray", "rgb24", "gray16le", "rgb48le"}), row->opaque) << format.name;
    EXPECT_EQ(chosen(track, {"gray", "yuv444p", "yuv420p", "yuv422p", "yuv440p", "yuv411p"}), row->planes)
        << format.name;
    track.alpha = Alpha::None;  // a format with alpha on a track without
    EXPECT_EQ(nearest(track, interleaved).pixels->name, row->opaque) << format.name;
  }
}

TEST(NearestFormat, TakesTheFirstOfEquals) {
  const Track coarse = track_of(pixel_format("yuv410p"));
  EXPECT_EQ(chosen(coarse, {"yuv420p", "yuv411p"}), "yuv420p");
  EXPECT_EQ(chosen(coarse, {"yuv411p", "yuv420p"}), "yuv411p");
}

TEST(NearestFormat, NamesTheColoursOfItsChoice) {
  for (const Range range : {Range::Unknown, Range::Full, Range::Limited}) {
    for (const PixelFormat& format : pixel_formats()) {
      Track track = track_of(format);
      track.color = {1, 13, 5, range, Chroma::Left};
      track.bits = 8;
      const Track rgb = nearest(track, {"rgb24", "rgba"}), gray = nearest(track, {"gray16le"});
      const Range whole = range == Range::Limited ? Range::Full : range;
      EXPECT_EQ(rgb.color, (Color{1, 13, 0, format.model == Model::Rgb ? whole : Range::Full, Chroma::Unknown}));
      EXPECT_EQ(rgb.alpha, format.alpha ? Alpha::Straight : Alpha::None) << format.name;
      EXPECT_EQ(rgb.bits, 0);
      const bool stays = format.model == Model::Gray;
      EXPECT_EQ(gray.color, (Color{1, 13, stays ? 5 : 2, stays ? whole : Range::Full, Chroma::Unknown}));
      EXPECT_EQ(gray.alpha, Alpha::None);
      EXPECT_EQ(gray.bits, 8);
      EXPECT_EQ(nearest(track, {"yuv420p"}).color, track.color);
    }
  }
}

}  // namespace
