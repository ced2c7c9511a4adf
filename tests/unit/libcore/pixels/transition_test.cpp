// Transitions in every format: their ends are the two pictures, and between them each sample is of one of the two.

#include "libcore/pixels/transition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "libcore/media/image.h"
#include "libcore/media/track.h"

namespace sl {
namespace {

Track track_of(const PixelFormat& format, std::uint32_t width, std::uint32_t height) {
  Track track;
  track.pixels = &format;
  track.width = width;
  track.height = height;
  return track;
}

TEST(Transition, EndsAreThePictures) {
  for (const PixelFormat& format : pixel_formats()) {
    for (const auto& [width, height] : {std::pair{8u, 8u}, {7u, 5u}, {1u, 1u}}) {
      const Track track = track_of(format, width, height);
      const Image from(track, "", "a frame"), to(track, "", "a frame"), out(track, "", "a frame");
      std::ranges::fill(from.bytes(), std::byte{0});
      std::ranges::fill(to.bytes(), std::byte{0x3f});  // a float too
      for (const auto& [name, kind] : transition_names) {
        const auto is_all = [&](const Image& of) { return std::ranges::equal(out.bytes(), of.bytes()); };
        make_transition(kind, from.strip(), to.strip(), 0, out.strip());
        EXPECT_TRUE(is_all(from)) << format.name << " " << name;
        make_transition(kind, from.strip(), to.strip(), 1, out.strip());
        EXPECT_TRUE(kind == Transition::Fade && format.low_bits != 0 ? !is_all(from) : is_all(to))
            << format.name << " " << name << " " << width;
        if (kind == Transition::Fade) continue;
        make_transition(kind, from.strip(), to.strip(), 0.5, out.strip());
        const auto is_of_one = [](std::byte value) { return value == std::byte{0} || value == std::byte{0x3f}; };
        EXPECT_TRUE(std::ranges::all_of(out.bytes(), is_of_one)) << format.name << " " << name;
        if (width != 8) continue;
        EXPECT_FALSE(is_all(from) || is_all(to)) << format.name << " " << name;
      }
    }
  }
}

std::string moved(Transition kind, std::uint32_t width, std::uint32_t height) {
  const Track track = track_of(pixel_format("gray"), width, height);
  const Image from(track, "", "a frame"), to(track, "", "a frame"), out(track, "", "a frame");
  for (std::size_t i = 0; i < 8; ++i) {
    from.bytes()[i] = static_cast<std::byte>('a' + i);
    to.bytes()[i] = static_cast<std::byte>('A' + i);
  }
  make_transition(kind, from.strip(), to.strip(), 0.25, out.strip());
  return {reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size()};
}

TEST(Transition, WipesUncoverAndSlidesPush) {
  EXPECT_EQ(moved(Transition::WipeLeft, 8, 1), "abcdefGH");
  EXPECT_EQ(moved(Transition::WipeRight, 8, 1), "ABcdefgh");
  EXPECT_EQ(moved(Transition::SlideLeft, 8, 1), "cdefghAB");
  EXPECT_EQ(moved(Transition::SlideRight, 8, 1), "GHabcdef");
  EXPECT_EQ(moved(Transition::WipeUp, 1, 8), "abcdefGH");
  EXPECT_EQ(moved(Transition::WipeDown, 1, 8), "ABcdefgh");
  EXPECT_EQ(moved(Transition::SlideUp, 1, 8), "cdefghAB");
  EXPECT_EQ(moved(Transition::SlideDown, 1, 8), "GHabcdef");
}

}  // namespace
}  // namespace sl
