// The server reports drawing (DAMAGE): until then nothing is grabbed. It also reports drawing that changes
// nothing, so pictures are compared as well.

#include "devices/x11/recorder.h"

#include <xcb/damage.h>

#include "libcore/base/limits.h"
#include "libcore/media/clock.h"

namespace sl::x11 {

Recorder::Recorder(const Connection& display, CaptureTarget& target, bool pointer, bool changes)
    : display_(display), target_(target), grabber_(display, target.layout()), changes_(changes) {
  if (pointer) pointer_.emplace(display);
  if (!changes || !display.has(&xcb_damage_id)) return;
  if (!answer(display, xcb_damage_query_version_reply, xcb_damage_query_version(display.get(), 1, 1))) return;
  damage_event_ = display.first_event(&xcb_damage_id);
  damage_ = xcb_generate_id(display.get());
  xcb_damage_create(display.get(), damage_, target.window(), XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY);
  xcb_flush(display.get());
  watches_ = true;
}

// Takes note of all events; whether the picture may be another one.
bool Recorder::something_happened() {
  bool drawn = false;
  while (const auto event = display_.event()) {
    target_.on_event(*event);
    if (watches_ && (event->response_type & 0x7f) == damage_event_ + XCB_DAMAGE_NOTIFY) drawn = true;
  }
  // Before the grab, so that drawing after it is reported again.
  if (drawn) xcb_damage_subtract(display_.get(), damage_, XCB_NONE, XCB_NONE);
  const bool moved = pointer_ && pointer_->update();
  touched_ = touched_ || drawn || moved || !watches_;
  return touched_ || !changes_;
}

std::optional<Recorder::Picture> Recorder::look() {
  const bool happened = something_happened();
  if (target_.state() != CaptureTarget::State::Shown) {
    touched_ = true;
    return std::nullopt;
  }
  const auto area = target_.area();
  if (!area || (!happened && area->width == area_.width && area->height == area_.height)) return std::nullopt;
  const std::int64_t asked = monotonic_now();
  const std::byte* const image = grabber_.grab(*area);
  const std::int64_t answered = monotonic_now();
  if (image == nullptr) return std::nullopt;

  const PixelFormat& format = wire_format(target_.layout());
  const std::uint64_t bytes = strip_bytes(format, area->width, area->height);
  check_memory("display " + display_.name(), 2 * bytes, "two pictures");
  now_.resize(bytes);
  Strip strip = packed_strip(format, area->width, area->height, now_.data());
  strip.last = true;
  read_pixels(target_.layout(), image, strip);
  if (pointer_) pointer_->draw(*area, strip);
  touched_ = false;
  const bool same = changes_ && area->width == area_.width && area->height == area_.height && now_ == before_;
  area_ = *area;
  if (same) return std::nullopt;
  before_.swap(now_);  // the strip still points at these bytes
  return Picture{strip, asked + (answered - asked) / 2, answered - asked};
}

}  // namespace sl::x11
