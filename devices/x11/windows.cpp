// Listing windows and finding one of them.

#include "devices/x11/windows.h"

#include <optional>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::x11 {

namespace {

constexpr std::uint32_t max_title = 1024;  // in units of 4 bytes
constexpr std::size_t max_windows = 4096;

std::string text_property(const Connection& display, xcb_window_t window, xcb_atom_t property) {
  const auto found =
      answer(display, xcb_get_property_reply,
             xcb_get_property(display.get(), 0, window, property, XCB_GET_PROPERTY_TYPE_ANY, 0, max_title));
  if (!found || found->format != 8) return {};
  return {static_cast<const char*>(xcb_get_property_value(found.get())),
          static_cast<std::size_t>(xcb_get_property_value_length(found.get()))};
}

std::vector<xcb_window_t> managed(const Connection& display) {
  const auto found = answer(display, xcb_get_property_reply,
                            xcb_get_property(display.get(), 0, display.screen().root, display.atom("_NET_CLIENT_LIST"),
                                             XCB_ATOM_WINDOW, 0, max_windows));
  if (!found || found->format != 32) return {};
  const auto* first = static_cast<const xcb_window_t*>(xcb_get_property_value(found.get()));
  return {first, first + xcb_get_property_value_length(found.get()) / 4};
}

// All windows below this one, the upper ones first.
void add_children(const Connection& display, xcb_window_t window, std::vector<xcb_window_t>& all) {
  const auto tree = answer(display, xcb_query_tree_reply, xcb_query_tree(display.get(), window));
  if (!tree) return;
  const std::span children(xcb_query_tree_children(tree.get()),
                           static_cast<std::size_t>(xcb_query_tree_children_length(tree.get())));
  for (const xcb_window_t child : children) {
    if (all.size() >= max_windows) return;
    all.push_back(child);
    add_children(display, child, all);
  }
}

std::optional<WindowInfo> info_of(const Connection& display, xcb_window_t window, xcb_atom_t net_name) {
  xcb_connection_t* const x = display.get();
  const auto attributes = answer(display, xcb_get_window_attributes_reply, xcb_get_window_attributes(x, window));
  if (!attributes || attributes->map_state != XCB_MAP_STATE_VIEWABLE) return std::nullopt;
  WindowInfo info{window, text_property(display, window, net_name)};
  if (info.title.empty()) info.title = text_property(display, window, XCB_ATOM_WM_NAME);
  if (info.title.empty()) return std::nullopt;
  const auto geometry = answer(display, xcb_get_geometry_reply, xcb_get_geometry(x, window));
  const auto place = answer(display, xcb_translate_coordinates_reply,
                            xcb_translate_coordinates(x, window, display.screen().root, 0, 0));
  if (!geometry || !place) return std::nullopt;
  info.x = place->dst_x;
  info.y = place->dst_y;
  info.width = geometry->width;
  info.height = geometry->height;
  return info;
}

std::optional<xcb_window_t> parse_id(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  return to_number<xcb_window_t>(text, hexadecimal ? 16 : 10);
}

}  // namespace

std::vector<WindowInfo> list_windows(const Connection& display) {
  std::vector<xcb_window_t> all = managed(display);
  if (all.empty()) add_children(display, display.screen().root, all);
  const xcb_atom_t net_name = display.atom("_NET_WM_NAME");
  std::vector<WindowInfo> windows;
  for (const xcb_window_t window : all) {
    if (auto info = info_of(display, window, net_name)) windows.push_back(std::move(*info));
  }
  return windows;
}

xcb_window_t find_window(const Connection& display, const std::string& text) {
  if (const auto id = parse_id(text)) {
    if (answer(display, xcb_get_geometry_reply, xcb_get_geometry(display.get(), *id))) return *id;
  }
  std::vector<WindowInfo> exact, partial;
  for (const WindowInfo& window : list_windows(display)) {
    if (window.title == text) exact.push_back(window);
    if (window.title.find(text) != std::string::npos) partial.push_back(window);
  }
  const std::vector<WindowInfo>& found = exact.empty() ? partial : exact;
  if (found.empty()) throw Error(Status::NoInput, "window " + text + ": no such window (--list shows them)");
  if (found.size() > 1) {
    throw Error(Status::Usage, "window " + text + ": " + std::to_string(found.size()) +
                                   " have that title; say which by its number (--list shows them)");
  }
  return found[0].id;
}

}  // namespace sl::x11
