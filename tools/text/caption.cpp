// Where a caption lies, and what is drawn of it.

#include "caption.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tools/canvas/paths.h"

namespace sl::drawing {

void parse_value(std::string_view option, std::string_view text, Offset& offset) {
  const auto number = [&](std::string_view part) {
    if (part.starts_with('+')) part.remove_prefix(1);
    const auto value = to_number<double>(part);
    if (!value || !(std::abs(*value) <= 1e6)) bad_value(option, text, "is not X,Y in pixels, as 20 or 20,10");
    return *value;
  };
  std::size_t cut = text.find_first_of("x,", 1);
  std::size_t next = cut == std::string_view::npos ? cut : cut + 1;
  if (cut == std::string_view::npos && text.size() > 1) next = cut = text.find_first_of("+-", 1);
  offset.x = number(text.substr(0, cut));
  offset.y = cut == std::string_view::npos ? offset.x : number(text.substr(next));
}

std::string value_text(const Offset& offset) {
  const auto number = [](double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  };
  return number(offset.x) + "," + number(offset.y);
}

namespace {

double seconds_of(const Seconds& time) { return static_cast<double>(time.num) / static_cast<double>(time.den); }

// A name of Pango, "Noto Sans Bold 20": its own size counts if no other is given.
Font font_of(const std::string& name, double size) {
  const FontDescription description(pango_font_description_from_string(name.c_str()));
  const char* const family = pango_font_description_get_family(description.get());
  Font font;
  font.family = family == nullptr ? "sans" : family;
  font.weight = pango_font_description_get_weight(description.get());
  font.stretch = pango_font_description_get_stretch(description.get()) + 1;
  const PangoStyle style = pango_font_description_get_style(description.get());
  font.slant = style == PANGO_STYLE_NORMAL ? 0 : style == PANGO_STYLE_ITALIC ? 1 : 2;
  const double own = double(pango_font_description_get_size(description.get())) / PANGO_SCALE;
  font.size = size > 0 ? size : own;
  return font;
}

}  // namespace

double Caption::opacity_at(double time) const {
  const double begin = from ? seconds_of(*from) : 0, end = to ? seconds_of(*to) : 1e300;
  if (time < begin || time >= end) return 0;
  double share = opacity;
  if (fade_in) share *= std::clamp((time - begin) / seconds_of(fade_in->length), 0.0, 1.0);
  if (fade_out && to) share *= std::clamp((end - time) / seconds_of(fade_out->length), 0.0, 1.0);
  return share;
}

Text Caption::laid_out(Canvas& canvas, const std::string& text) const {
  Text out;
  out.text = text;
  out.font = font_of(font, size);
  const Size& frame = canvas.size();
  const double room_x = std::max(frame.width - 2 * margin.x - 2 * (box ? box_margin : 0), 1.0);
  const double room_y = std::max(frame.height - 2 * margin.y - 2 * (box ? box_margin : 0), 1.0);
  if (out.font.size <= 0) out.font.size = std::max(frame.height / 15.0, 8.0);
  constexpr Align by_column[] = {Align::Left, Align::Center, Align::Right};
  out.align = align.value_or(by_column[column_of(gravity)]);
  out.spacing = spacing;
  out.width = wraps && scroll == 0 ? room_x : 1e6;
  if (!shrinks) return out;
  // The largest size that fits, to a quarter of a pixel, and no word cut.
  double least = 1, most = size > 0 ? size : room_y;
  const auto fits = [&](double pixels) {
    out.font.size = pixels;
    const TextSize measured = canvas.texts().size_of(out);
    Text unwrapped = out;
    unwrapped.text = out.text;
    std::ranges::replace(unwrapped.text, ' ', '\n');
    unwrapped.width = 1e6;
    return measured.height <= room_y && canvas.texts().size_of(wraps ? unwrapped : out).width <= room_x;
  };
  if (!fits(most)) {
    while (most - least > 0.25) (fits((least + most) / 2) ? least : most) = (least + most) / 2;
    out.font.size = least;
  }
  return out;
}

Point Caption::place_of(const Size& frame, double width, double height, double time) const {
  const auto along = [](int side, double room, double length, double inset) {
    return side == 0 ? inset : side == 1 ? (room - length) / 2 + inset : room - length - inset;
  };
  const Offset inset =
      place ? *place : Offset{column_of(gravity) == 1 ? 0 : margin.x, row_of(gravity) == 1 ? 0 : margin.y};
  Point at{along(column_of(gravity), frame.width, width, inset.x),
           along(row_of(gravity), frame.height, height, inset.y)};
  const double begin = from ? seconds_of(*from) : 0;
  // Scrolled text enters at one side, leaves at the other, and comes again.
  const auto moved = [&](double speed, double room, double length) {
    const double way = std::fmod(std::abs(speed) * (time - begin), room + length);
    return speed > 0 ? room - way : way - length;
  };
  if (scroll != 0) at.x = moved(scroll, frame.width, width);
  if (scroll_up != 0) at.y = moved(scroll_up, frame.height, height);
  return at;
}

void Caption::draw(Canvas& canvas, const std::string& text, double time) const {
  const double share = opacity_at(time);
  if (share <= 0 || text.empty()) return;
  Text what = laid_out(canvas, text);
  const TextSize measured = canvas.texts().size_of(what);
  what.width = std::ceil(measured.width + 0.01);  // as wide as its lines, so that they are aligned among themselves
  const double inset = box ? box_margin : 0, width = *what.width + 2 * inset, height = measured.height + 2 * inset;
  const Point at = place_of(canvas.size(), width, height, time);
  what.at = {at.x + inset, at.y + inset};
  const auto painted = [&](const Rgba& c) {
    Paint paint;
    paint.color = c;
    paint.color.alpha *= static_cast<float>(share);
    return paint;
  };
  canvas.save();
  if (rotate != 0) {
    const double angle = rotate * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
    const Point middle{at.x + width / 2, at.y + height / 2};
    canvas.concat({1, 0, 0, 1, middle.x, middle.y});
    canvas.concat({c, s, -s, c, 0, 0});
    canvas.concat({1, 0, 0, 1, -middle.x, -middle.y});
  }
  if (box) {
    Path path;
    PathBuilder(path).round_rect({at.x, at.y, at.x + width, at.y + height}, box_radius, box_radius);
    canvas.draw(path, painted(*box));
  }
  if (shadow) {
    Paint paint = painted({0, 0, 0, 1});
    paint.shadow = Shadow{shadow_offset.x, shadow_offset.y, shadow_blur, *shadow, true};
    canvas.draw(what, paint);
  }
  if (outline) {
    Paint paint = painted(*outline);
    paint.style = Style::Stroke;
    paint.width = 2 * (outline_width > 0 ? outline_width : what.font.size / 12);
    paint.join = CAIRO_LINE_JOIN_ROUND;
    canvas.draw(what, paint);
  }
  canvas.draw(what, painted(color));
  canvas.restore();
}

}  // namespace sl::drawing
