// From the function of a picture to rows in a track's format.

#include "frame_painter.h"

#include <algorithm>
#include <span>

#include "libcore/base/limits.h"
#include "libcore/pixels/working_space.h"

namespace sl::pattern {

FramePainter::FramePainter(const std::string& name, const Track& track, std::uint64_t seed, bool single)
    : track_(track), picture_(make_picture(name, {track.width, track.height, seed})) {
  floats_ = working(track, picture_.alpha ? WorkingSpace::FloatRgba : WorkingSpace::FloatRgb);
  if (name == "card") card_.emplace(track);
  keeps_ = card_ || (!picture_.moves && !single);
  if (keeps_) check_memory("PATTERN", strip_bytes(*track.pixels, track.width, track.height), "a frame");
}

// Emit rows one strip at a time, in the track's format.
void FramePainter::draw(std::uint64_t number, const Converter::Emit& emit) const {
  Converter converter(floats_, track_);
  const std::uint32_t step = strip_rows(floats_);
  std::vector<float> samples(std::size_t{step} * track_.width * static_cast<std::size_t>(floats_.pixels->components));
  for (std::uint32_t y = 0; y < track_.height; y += step) {
    const std::uint32_t rows = std::min(step, track_.height - y);
    const std::size_t row = samples.size() / step;
    for (std::uint32_t i = 0; i < rows; ++i) picture_.fill(number, y + i, std::span(samples).subspan(i * row, row));
    Strip strip = packed_strip(*floats_.pixels, track_.width, rows, std::as_writable_bytes(std::span(samples)).data());
    strip.first = y;
    strip.last = y + rows == track_.height;
    converter.push(strip, emit);
  }
}

void FramePainter::draw_into_memory() {
  frame_.resize(strip_bytes(*track_.pixels, track_.width, track_.height));
  const Strip whole = packed_strip(*track_.pixels, track_.width, track_.height, frame_.data());
  draw(0, [&](const Strip& strip) { copy_rows(strip, part_of(whole, strip.first, strip.rows)); });
}

void FramePainter::write(Writer& out, std::uint16_t track, const CardPainter::Moment& moment) {
  if (!keeps_) return draw(moment.number, [&](const Strip& strip) { out.rows(track, strip); });
  if (frame_.empty()) draw_into_memory();
  if (card_) card_->paint(frame_, moment);
  Strip whole = packed_strip(*track_.pixels, track_.width, track_.height, frame_.data());
  whole.last = true;
  const std::uint32_t step = strip_rows(track_);
  for (std::uint32_t y = 0; y < track_.height; y += step) {
    out.rows(track, part_of(whole, y, std::min(step, track_.height - y)));
  }
}

}  // namespace sl::pattern
