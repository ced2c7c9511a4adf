// Layouts by Pango, positions without hinting so that moving text does not jump.

#include "texts.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/report.h"

namespace sl::drawing {

namespace {

constexpr std::size_t most_entries = 1000;

FontDescription description_of(const Font& font) {
  FontDescription description(pango_font_description_new());
  pango_font_description_set_family(description.get(), font.family.c_str());
  pango_font_description_set_weight(description.get(), static_cast<PangoWeight>(font.weight));
  pango_font_description_set_style(description.get(), font.slant == 0   ? PANGO_STYLE_NORMAL
                                                      : font.slant == 1 ? PANGO_STYLE_ITALIC
                                                                        : PANGO_STYLE_OBLIQUE);
  pango_font_description_set_stretch(description.get(), static_cast<PangoStretch>(std::clamp(font.stretch, 1, 9) - 1));
  pango_font_description_set_absolute_size(description.get(), std::clamp(font.size, 0.0, 20000.0) * PANGO_SCALE);
  return description;
}

std::string key_of(const Text& text) {
  const Font& font = text.font;
  std::string key = font.family;
  for (const double number : {double(font.weight), double(font.stretch), double(font.slant), font.size,
                              text.width.value_or(-1), double(text.align), text.spacing}) {
    key.append(1, '\0').append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  return key + text.text;
}

Area in_units(const PangoRectangle& area) {
  return {double(area.x) / PANGO_SCALE, double(area.y) / PANGO_SCALE, double(area.x + area.width) / PANGO_SCALE,
          double(area.y + area.height) / PANGO_SCALE};
}

}  // namespace

Texts::Texts(bool warns)
    : map_(pango_cairo_font_map_new()), context_(pango_font_map_create_context(map_.get())), warns_(warns) {
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map_.get()), 72);
  cairo_font_options_t* const options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context_.get(), options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
}

Layout Texts::lay_out(const Text& text) const {
  Layout layout(pango_layout_new(context_.get()));
  pango_layout_set_font_description(layout.get(), description_of(text.font).get());
  if (text.width) {
    pango_layout_set_width(layout.get(), static_cast<int>(std::clamp(*text.width, 0.0, 1e6) * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  }
  pango_layout_set_alignment(layout.get(), text.align == Align::Left     ? PANGO_ALIGN_LEFT
                                           : text.align == Align::Center ? PANGO_ALIGN_CENTER
                                                                         : PANGO_ALIGN_RIGHT);
  if (text.spacing != 1) pango_layout_set_line_spacing(layout.get(), static_cast<float>(text.spacing));
  pango_layout_set_text(layout.get(), text.text.c_str(), static_cast<int>(text.text.size()));
  return layout;
}

// Fontconfig has a font for every name: report one that is not the one asked for, unless it is an alias.
void Texts::check_family(const Font& font) {
  if (!warns_ || !checked_.insert(font.family).second) return;
  for (const char* generic : {"sans", "sans-serif", "serif", "monospace", "mono", "cursive", "fantasy", "system-ui"}) {
    if (g_ascii_strcasecmp(font.family.c_str(), generic) == 0) return;
  }
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(map_.get(), &families, &count);
  const bool found = std::any_of(families, families + count, [&](PangoFontFamily* family) {
    return g_ascii_strcasecmp(pango_font_family_get_name(family), font.family.c_str()) == 0;
  });
  g_free(families);
  if (found) return;
  PangoFont* const used = pango_font_map_load_font(map_.get(), context_.get(), description_of(font).get());
  std::string name = "another font";
  if (used != nullptr) {
    const FontDescription description(pango_font_describe(used));
    name = pango_font_description_get_family(description.get());
    g_object_unref(used);
  }
  warn("no font is named \"" + font.family + "\": " + name + " stands for it (fc-list : family lists them)");
}

Texts::Entry& Texts::entry_of(const Text& text) {
  const std::string key = key_of(text);
  if (const auto found = entries_.find(key); found != entries_.end()) return found->second;
  if (g_utf8_validate(text.text.c_str(), static_cast<gssize>(text.text.size()), nullptr) == FALSE)
    throw Error(Status::Data, "\"" + printable(text.text, 40) + "\" is not UTF-8");
  check_family(text.font);
  if (entries_.size() >= most_entries) entries_.clear();
  Entry entry{lay_out(text), {}};
  PangoRectangle ink{}, logical{};
  pango_layout_get_extents(entry.layout.get(), &ink, &logical);
  entry.size.baseline = double(pango_layout_get_baseline(entry.layout.get())) / PANGO_SCALE;
  const Area lines = in_units(logical);
  entry.size.width = lines.right - lines.left;
  entry.size.height = lines.bottom - lines.top;
  entry.size.ink = in_units(ink);
  if (!text.width) {
    entry.size.ink.top -= entry.size.baseline;
    entry.size.ink.bottom -= entry.size.baseline;
  }
  return entries_.emplace(key, std::move(entry)).first->second;
}

TextSize Texts::size_of(const Text& text) { return entry_of(text).size; }

void Texts::show(cairo_t* context, const Text& text, bool outline) {
  const Entry& entry = entry_of(text);
  cairo_move_to(context, text.at.x, text.at.y - (text.width ? 0 : entry.size.baseline));
  if (outline) {
    pango_cairo_layout_path(context, entry.layout.get());
  } else {
    pango_cairo_show_layout(context, entry.layout.get());
    cairo_new_path(context);
  }
}

}  // namespace sl::drawing
