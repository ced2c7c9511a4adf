// Preparing the steps for a track, and running them.

#include "devices/display/viewer/renderer.h"

#include <algorithm>

#include "libcore/base/limits.h"
#include "libcore/pixels/shrink.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl::viewer {

namespace {

std::uint32_t shrink_factor(const Track& track, Room room) {
  if (room.width == 0 || room.height == 0 || track.fields == Fields::Top || track.fields == Fields::Bottom) return 1;
  const bool turned = track.orientation >= 5;
  const std::uint32_t width = turned ? track.height : track.width, height = turned ? track.width : track.height;
  // Pixels that are not square need more of one side.
  const auto stretch =
      track.sample_aspect.num > 0
          ? std::max(1.0, static_cast<double>(track.sample_aspect.num) / static_cast<double>(track.sample_aspect.den))
          : 1.0;
  const double fits = std::max(width * stretch / room.width, 1.0 * height / room.height);
  return static_cast<std::uint32_t>(std::clamp(fits, 1.0, 64.0));
}

}  // namespace

void Renderer::prepare(const Track& track, std::uint32_t factor) {
  if (factor == factor_ && track == from_) return;
  factor_ = factor;
  from_ = track;
  steps_.emplace(track);
  if (factor > 1) steps_->add(std::make_unique<Shrinker>(track, ShrinkFactors{factor, factor}, false));
  add_turn(*steps_, plan_upright(steps_->track()));
  to_ = working(steps_->track(), WorkingSpace::Rgb24);
  to_.orientation = 1;
  check_memory("the picture", strip_bytes(*to_.pixels, to_.width, to_.height), "a picture on the screen");
  steps_->convert_to(to_);
}

Image Renderer::render(const Picture& picture, Room room) {
  const Track& track = *picture.track;
  prepare(track, shrink_factor(track, room));
  const double aspect = to_.sample_aspect.num > 0
                            ? static_cast<double>(to_.sample_aspect.num) / static_cast<double>(to_.sample_aspect.den)
                            : 1.0;
  if (steps_->empty()) return {to_.width, to_.height, picture.samples.data(), aspect};
  rgb_.resize(strip_bytes(*to_.pixels, to_.width, to_.height));
  auto* const samples = const_cast<std::byte*>(picture.samples.data());  // a Strip is a view that could write
  Strip whole = packed_strip(*track.pixels, track.width, track.height, samples);
  whole.last = true;
  const Strip rgb = packed_strip(*to_.pixels, to_.width, to_.height, rgb_.data());
  const std::uint32_t rows = strip_rows(track);
  for (std::uint32_t first = 0; first < track.height; first += rows) {
    const Strip strip = part_of(whole, first, std::min(rows, track.height - first));
    const auto keep = [&](const Strip& made) { copy_rows(made, part_of(rgb, made.first, made.rows)); };
    if (factor_ == 1) {
      steps_->push(strip, keep);
      continue;
    }
    // Shrinking may change its input, and the picture may be shown again.
    copy_.resize(strip_bytes(*strip.format, strip.width, strip.rows));
    Strip copy = packed_strip(*strip.format, strip.width, strip.rows, copy_.data());
    copy.first = strip.first;
    copy.last = strip.last;
    copy_rows(strip, copy);
    steps_->push(copy, keep);
  }
  return {to_.width, to_.height, rgb_.data(), aspect};
}

}  // namespace sl::viewer
