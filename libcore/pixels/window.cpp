// RowWindow: rows are copied once, to the end of a buffer that slides down when it is full.

#include "libcore/pixels/window.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>

#include "libcore/base/limits.h"

namespace sl {

namespace {

std::uint32_t rounded_up(std::uint64_t rows, std::uint32_t alignment, std::uint32_t height) {
  const std::uint64_t whole = (rows + alignment - 1) / alignment * alignment;
  const std::uint64_t frame = (std::uint64_t{height} + alignment - 1) / alignment * alignment;
  return static_cast<std::uint32_t>(std::min(whole, frame));
}

}  // namespace

RowWindow::RowWindow(const Track& track, std::uint32_t rows, std::uint32_t above, std::uint32_t below)
    : track_(track),
      rows_(rounded_up(std::max(rows, 1U), strip_alignment(track), track.height)),
      above_(rounded_up(above, strip_alignment(track), track.height)),
      below_(rounded_up(below, strip_alignment(track), track.height)) {
  const std::uint32_t whole = rounded_up(track.height, strip_alignment(track), track.height);
  // As many rows again, so that a large context is not moved for each window.
  const std::uint64_t capacity = std::uint64_t{above_} + below_ + rows_ + std::max({rows_, above_, below_});
  capacity_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(capacity, whole));
  const std::uint64_t bytes = strip_bytes(*track.pixels, track.width, capacity_);
  check_memory("frame", bytes, "a window of " + std::to_string(capacity_) + " rows");
  memory_.resize(bytes);
  buffer_ = packed_strip(*track.pixels, track.width, capacity_, memory_.data());
}

void RowWindow::start() {
  buffer_.first = end_ = next_ = 0;
  damage_.clear();
}

void RowWindow::push(const Strip& strip, const Emit& emit) {
  if (strip.first == 0) start();
  assert(strip.first == end_);
  if (strip.damaged) {
    if (damage_.empty() || damage_.back().end != strip.first) damage_.push_back({strip.first, strip.first});
    damage_.back().end = strip.first + strip.rows;
  }
  for (std::uint32_t done = 0; done < strip.rows;) {
    if (end_ - buffer_.first == capacity_) slide();
    const std::uint32_t rows = std::min(strip.rows - done, capacity_ - (end_ - buffer_.first));
    append(part_of(strip, done, rows));
    done += rows;
    emit_ready(emit);
  }
}

void RowWindow::append(const Strip& strip) {
  copy_rows(strip, part_of(buffer_, end_ - buffer_.first, strip.rows));
  end_ += strip.rows;
}

void RowWindow::emit_ready(const Emit& emit) {
  while (next_ < track_.height) {
    const std::uint32_t rows = std::min(rows_, track_.height - next_);
    if (end_ < std::min<std::uint64_t>(std::uint64_t{next_} + rows + below_, track_.height)) return;
    emit_window(rows, emit);
  }
}

void RowWindow::flush(const Emit& emit) {
  if (end_ == track_.height || end_ < below_ + next_) return;
  const std::uint32_t rows = end_ - below_ - next_;
  const std::uint32_t whole = rows - rows % strip_alignment(track_);
  if (whole != 0) emit_window(whole, emit);
}

void RowWindow::emit_window(std::uint32_t rows, const Emit& emit) {
  const auto needed =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{next_} + rows + below_, track_.height));
  const std::uint32_t first = next_ - std::min(next_, above_);
  Window window;
  window.above = next_ - first;
  window.rows = rows;
  window.last = next_ + rows == track_.height;
  window.strip = part_of(buffer_, first - buffer_.first, needed - first);
  window.strip.last = needed == track_.height;
  window.strip.damaged =
      std::ranges::any_of(damage_, [&](const Damage& d) { return d.first < needed && d.end > first; });
  emit(window);
  next_ += rows;
}

// Forget the rows that no window needs any more.
void RowWindow::slide() {
  const std::uint32_t first = next_ - std::min(next_, above_), dropped = first - buffer_.first;
  assert(dropped > 0);
  for (int p = 0; p < track_.pixels->planes; ++p) {
    const Plane& plane = buffer_.planes[static_cast<std::size_t>(p)];
    const std::uint32_t dropped_rows = plane_rows(*track_.pixels, p, dropped);
    const std::uint32_t kept = plane_rows(*track_.pixels, p, end_ - buffer_.first) - dropped_rows;
    std::memmove(plane.data, plane.data + plane.stride * dropped_rows, plane.stride * kept);
  }
  buffer_.first = first;
  std::erase_if(damage_, [first](const Damage& d) { return d.end <= first; });
}

}  // namespace sl
