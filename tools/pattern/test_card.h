// The test card: bars, ramps, a still circle and grid, and in motion on black and gray: frame number and time in
// letters and cells (time_code.h), a box that crosses in a second, and a flash at each full second.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "picture.h"

namespace sl {

struct PixelFormat;
struct Track;

}  // namespace sl

namespace sl::pattern {

// The parts that do not move; the rest is gray and black.
[[nodiscard]] Picture card_background(const PictureOptions& options);

// Paints the parts that move into packed frames of one track. All of it is black and white on gray: only luma changes.
class CardPainter {
 public:
  explicit CardPainter(const Track& track);

  struct Moment {
    std::uint64_t number = 0;
    std::int64_t time_us = 0;            // of the frame, from the start
    bool flash = false;                  // a full second begins with it
    std::optional<std::int64_t> utc_us;  // since 1970
  };
  // `frame` holds a frame as ROWS do; its other pixels stay.
  void paint(std::span<std::byte> frame, const Moment& moment) const;

 private:
  struct Box {
    std::uint32_t left, top, right, bottom;
  };
  [[nodiscard]] Box box(double left, double top, double right, double bottom) const;
  void fill(std::span<std::byte> frame, const Box& box, bool white) const;
  void write(std::span<std::byte> frame, const Box& box, std::string_view text) const;

  const PixelFormat& format_;
  std::uint32_t width_, height_;
  std::uint32_t black_, white_;  // codes of a sample
};

}  // namespace sl::pattern
