// Following a window: its events report that its picture is replaced.

#include "devices/x11/capture_target.h"

#include <xcb/composite.h>

#include <algorithm>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/size_text.h"

namespace sl::x11 {

CaptureTarget::CaptureTarget(const Connection& display) : display_(display), window_(display.screen().root) {
  read_layout(display.screen().root_visual, display.screen().root_depth);
}

CaptureTarget::CaptureTarget(const Connection& display, const RectRule& region) : CaptureTarget(display) {
  const auto screen = answer(display, xcb_get_geometry_reply, xcb_get_geometry(display.get(), window_));
  if (!screen) throw Error(Status::Io, "the X server does not report the size of the screen");
  const Size size{screen->width, screen->height};
  region_ = region.in(size, Gravity::NorthWest);
  if (part_inside(*region_, size) != region_) {
    throw Error(Status::Usage, "the region is not all on the screen, which is " + size_text(size));
  }
}

CaptureTarget::CaptureTarget(const Connection& display, xcb_window_t window)
    : display_(display), window_(window), is_window_(true), composite_(display.has(&xcb_composite_id)) {
  xcb_connection_t* const x = display.get();
  const std::uint32_t events = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
  xcb_change_window_attributes(x, window, XCB_CW_EVENT_MASK, &events);
  const auto attributes = answer(display, xcb_get_window_attributes_reply, xcb_get_window_attributes(x, window));
  const auto geometry = answer(display, xcb_get_geometry_reply, xcb_get_geometry(x, window));
  if (!attributes || !geometry) throw Error(Status::NoInput, "the window has disappeared");
  if (attributes->_class == XCB_WINDOW_CLASS_INPUT_ONLY) throw Error(Status::NoInput, "the window has no picture");
  read_layout(attributes->visual, geometry->depth);
  if (attributes->map_state != XCB_MAP_STATE_VIEWABLE) state_ = State::Hidden;
  // The root has no picture but the screen's.
  if (window == display.screen().root) composite_ = false;
  if (composite_) {
    composite_ = answer(display, xcb_composite_query_version_reply, xcb_composite_query_version(x, 0, 4)) != nullptr;
  }
  if (composite_) xcb_composite_redirect_window(x, window, XCB_COMPOSITE_REDIRECT_AUTOMATIC);
}

void CaptureTarget::read_layout(xcb_visualid_t wanted, int depth) {
  const xcb_setup_t* setup = xcb_get_setup(display_.get());
  layout_.depth = depth;
  layout_.big_endian = setup->image_byte_order == XCB_IMAGE_ORDER_MSB_FIRST;
  for (const xcb_format_t& format :
       std::span(xcb_setup_pixmap_formats(setup), static_cast<std::size_t>(xcb_setup_pixmap_formats_length(setup)))) {
    if (format.depth != depth) continue;
    layout_.bits_per_pixel = format.bits_per_pixel;
    layout_.pad = format.scanline_pad;
  }
  for (auto depths = xcb_screen_allowed_depths_iterator(&display_.screen()); depths.rem != 0; xcb_depth_next(&depths)) {
    const auto count = static_cast<std::size_t>(xcb_depth_visuals_length(depths.data));
    for (const xcb_visualtype_t& visual : std::span(xcb_depth_visuals(depths.data), count)) {
      const bool true_color =
          visual._class == XCB_VISUAL_CLASS_TRUE_COLOR || visual._class == XCB_VISUAL_CLASS_DIRECT_COLOR;
      if (visual.visual_id != wanted || !true_color) continue;
      layout_.red = visual.red_mask;
      layout_.green = visual.green_mask;
      layout_.blue = visual.blue_mask;
    }
  }
}

void CaptureTarget::on_event(const xcb_generic_event_t& event) {
  if (!is_window_) return;
  switch (event.response_type & 0x7f) {
    case XCB_DESTROY_NOTIFY:
      if (reinterpret_cast<const xcb_destroy_notify_event_t&>(event).window == window_) state_ = State::Gone;
      break;
    case XCB_UNMAP_NOTIFY:
      if (state_ != State::Gone) state_ = State::Hidden;
      break;
    case XCB_MAP_NOTIFY:
      if (state_ != State::Gone) state_ = State::Shown;
      renew_ = true;
      break;
    case XCB_CONFIGURE_NOTIFY:
      renew_ = true;
      break;
    default:
      break;
  }
}

// Name the window's present pixmap; free the previous name.
void CaptureTarget::name_pixmap() {
  xcb_connection_t* const x = display_.get();
  if (pixmap_ != 0) xcb_free_pixmap(x, pixmap_);
  pixmap_ = xcb_generate_id(x);
  xcb_composite_name_window_pixmap(x, window_, pixmap_);
  renew_ = false;
}

std::optional<Area> CaptureTarget::area() {
  xcb_connection_t* const x = display_.get();
  if (region_) {
    const int x = static_cast<int>(region_->x), y = static_cast<int>(region_->y);
    return Area{window_, x, y, region_->width, region_->height, x, y};
  }
  const auto geometry_asked = xcb_get_geometry(x, window_);
  const auto place_asked = xcb_translate_coordinates(x, window_, display_.screen().root, 0, 0);
  const auto geometry = answer(display_, xcb_get_geometry_reply, geometry_asked);
  const auto place = answer(display_, xcb_translate_coordinates_reply, place_asked);
  if (!geometry || !place) {
    if (is_window_) state_ = State::Gone;
    return std::nullopt;
  }
  Area area{window_, 0, 0, geometry->width, geometry->height, place->dst_x, place->dst_y};
  if (!composite_) return area;
  if (renew_) name_pixmap();
  const auto picture = answer(display_, xcb_get_geometry_reply, xcb_get_geometry(x, pixmap_));
  if (!picture) {
    renew_ = true;
    return std::nullopt;
  }
  // It has the window's border around it; and it may be older than the size just asked for.
  const std::uint32_t borders = 2u * geometry->border_width;
  if (picture->width != geometry->width + borders || picture->height != geometry->height + borders) {
    renew_ = true;
    return std::nullopt;
  }
  area.drawable = pixmap_;
  area.x = area.y = geometry->border_width;
  return area;
}

}  // namespace sl::x11
