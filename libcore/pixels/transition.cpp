// Rows blended, or copied in two pieces.

#include "libcore/pixels/transition.h"

#include <algorithm>
#include <cstring>

#include "libcore/pixels/blend.h"

namespace sl {

namespace {

// `amount` of a side of `size` pixels, in whole groups of `group`.
std::uint32_t whole_groups(double amount, std::uint32_t size, std::uint32_t group) {
  const auto pixels = static_cast<std::uint32_t>(std::clamp(amount, 0.0, 1.0) * size);
  return pixels == size ? size : pixels / group * group;
}

void fade(const Strip& from, const Strip& to, double progress, const Strip& out) {
  const PixelFormat& format = *out.format;
  for (int p = 0; p < format.planes; ++p) {
    const auto place = static_cast<std::size_t>(p);
    const Plane& plane = out.planes[place];
    const std::size_t bytes = plane.width * static_cast<std::size_t>(format.sample_bytes());
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      blend(format, {from.planes[place].row<std::byte>(y), bytes}, {to.planes[place].row<std::byte>(y), bytes},
            progress, {plane.row<std::byte>(y), bytes});
    }
  }
}

// The new picture has come in by `part` of the width, from the right, or from the left if `rightwards`.
void move_columns(const Strip& from, const Strip& to, double part, bool rightwards, bool slides, const Strip& out) {
  const PixelFormat& format = *out.format;
  const std::uint32_t group = format.packing == Packing::Packed422 ? 2 : 1u << format.shift_x;
  const std::uint32_t old = out.width - whole_groups(part, out.width, group);
  // The edge is on a group's edge from the left.
  const std::uint32_t edge = rightwards ? out.width - old : old == out.width ? old : (old + group - 1) / group * group;
  for (int p = 0; p < format.planes; ++p) {
    const auto place = static_cast<std::size_t>(p);
    const Plane& plane = out.planes[place];
    const auto all = static_cast<std::size_t>(row_bytes(format, p, out.width));
    const auto left = std::min(all, static_cast<std::size_t>(row_bytes(format, p, edge)));
    const std::size_t right = all - left;
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      std::byte* const row = plane.row<std::byte>(y);
      const std::byte* const old_row = from.planes[place].row<std::byte>(y);
      const std::byte* const new_row = to.planes[place].row<std::byte>(y);
      if (rightwards) {
        std::memcpy(row, new_row + (slides ? right : 0), left);
        std::memcpy(row + left, old_row + (slides ? 0 : left), right);
      } else {
        std::memcpy(row, old_row + (slides ? right : 0), left);
        std::memcpy(row + left, new_row + (slides ? 0 : left), right);
      }
    }
  }
}

// The same with rows: from below, or from above if `downwards`.
void move_rows(const Strip& from, const Strip& to, double part, bool downwards, bool slides, const Strip& out) {
  const PixelFormat& format = *out.format;
  const std::uint32_t group = 1u << format.shift_y;
  const std::uint32_t come = whole_groups(part, out.rows, group);
  const std::uint32_t edge = downwards   ? come
                             : come == 0 ? out.rows
                                         : std::min(out.rows, (out.rows - come + group - 1) / group * group);
  const Strip &upper = downwards ? to : from, &lower = downwards ? from : to;
  for (int p = 0; p < format.planes; ++p) {
    const auto place = static_cast<std::size_t>(p);
    const Plane& plane = out.planes[place];
    const std::size_t bytes = plane.width * static_cast<std::size_t>(format.sample_bytes());
    const std::uint32_t above = std::min(plane.rows, plane_rows(format, p, edge)), below = plane.rows - above;
    // The picture that moves in shows its nearer rows first; the one that moves out loses its farther ones.
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      const bool is_above = y < above;
      const std::uint32_t row = is_above ? y + (slides ? below : 0) : slides ? y - above : y;
      std::memcpy(plane.row<std::byte>(y), (is_above ? upper : lower).planes[place].row<std::byte>(row), bytes);
    }
  }
}

}  // namespace

void make_transition(Transition kind, const Strip& from, const Strip& to, double progress, const Strip& out) {
  switch (kind) {
    case Transition::Fade:
      return fade(from, to, progress, out);
    case Transition::WipeLeft:
    case Transition::SlideLeft:
      return move_columns(from, to, progress, false, kind == Transition::SlideLeft, out);
    case Transition::WipeRight:
    case Transition::SlideRight:
      return move_columns(from, to, progress, true, kind == Transition::SlideRight, out);
    case Transition::WipeUp:
    case Transition::SlideUp:
      return move_rows(from, to, progress, false, kind == Transition::SlideUp, out);
    case Transition::WipeDown:
    case Transition::SlideDown:
      return move_rows(from, to, progress, true, kind == Transition::SlideDown, out);
  }
}

}  // namespace sl
