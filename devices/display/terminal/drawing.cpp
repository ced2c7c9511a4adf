// Half blocks and sixels by chafa. Kitty's graphics by our own code: chafa places each picture separately, and
// a film's pictures would pile up in the terminal; ours share one number, so that each replaces the previous one.
// https://sw.kovidgoyal.net/kitty/graphics-protocol/

#include "devices/display/terminal/drawing.h"

#include <chafa.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

namespace sl::terminal {

namespace {

struct Unref {
  void operator()(ChafaSymbolMap* map) const { chafa_symbol_map_unref(map); }
  void operator()(ChafaCanvasConfig* config) const { chafa_canvas_config_unref(config); }
  void operator()(ChafaCanvas* canvas) const { chafa_canvas_unref(canvas); }
  void operator()(GString* text) const { g_string_free(text, TRUE); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string base64(const std::byte* bytes, std::size_t count) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((count + 2) / 3 * 4);
  for (std::size_t i = 0; i < count; i += 3) {
    std::uint32_t group = 0;
    const std::size_t have = std::min<std::size_t>(count - i, 3);
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < have ? static_cast<std::uint32_t>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) text += k <= have ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string draw_kitty(const viewer::Image& image, Place place) {
  constexpr std::size_t piece = 4096;
  const std::string data = base64(image.samples, std::size_t{3} * image.width * image.height);
  std::string text = "\033_Ga=T,q=2,i=1,p=1,z=-1,C=1,f=24,s=" + std::to_string(image.width) +
                     ",v=" + std::to_string(image.height) + ",c=" + std::to_string(place.columns) +
                     ",r=" + std::to_string(place.rows) + ",";
  for (std::size_t at = 0; at < data.size(); at += piece) {
    if (at != 0) text += "\033_G";
    text += at + piece < data.size() ? "m=1;" : "m=0;";
    text.append(data, at, piece);
    text += "\033\\";
  }
  return text;
}

// chafa 1.12 counts the bytes of a row in units of four, and shears other rows.
struct Aligned {
  explicit Aligned(const viewer::Image& image)
      : stride((std::size_t{3} * image.width + 3) / 4 * 4), samples(stride * image.height) {
    const std::size_t row = std::size_t{3} * image.width;
    for (std::size_t y = 0; y < image.height; ++y) {
      std::memcpy(samples.data() + stride * y, image.samples + row * y, row);
    }
  }
  std::size_t stride;
  std::vector<guint8> samples;
};

ChafaCanvasMode mode_of(Colors colors) {
  switch (colors) {
    case Colors::Full:
      return CHAFA_CANVAS_MODE_TRUECOLOR;
    case Colors::Some256:
      return CHAFA_CANVAS_MODE_INDEXED_256;
    case Colors::Some16:
      return CHAFA_CANVAS_MODE_INDEXED_16;
  }
  return CHAFA_CANVAS_MODE_TRUECOLOR;
}

}  // namespace

Place place_for(const viewer::Image& image, const Canvas& canvas, bool enlarge) {
  const double width = image.width * std::max(image.pixel_aspect, 1.0);
  const double height = image.height / std::min(image.pixel_aspect, 1.0);
  const Size& size = canvas.size;
  double fits = std::min(size.columns * size.cell_width / width, size.rows * size.cell_height / height);
  if (!enlarge) fits = std::min(fits, 1.0);
  const auto cells = [&](double pixels, int cell, int most) {
    return std::clamp(static_cast<int>(std::lround(pixels * fits / cell)), 1, most);
  };
  return {cells(width, size.cell_width, size.columns), cells(height, size.cell_height, size.rows)};
}

viewer::Room room_of(const Canvas& canvas) {
  const Size& size = canvas.size;
  const bool blocks = canvas.graphics == Graphics::Blocks;
  return {static_cast<std::uint32_t>(size.columns * (blocks ? 1 : size.cell_width)),
          static_cast<std::uint32_t>(size.rows * (blocks ? 2 : size.cell_height))};
}

std::string draw(const viewer::Image& image, const Canvas& canvas, Place place) {
  if (canvas.graphics == Graphics::Kitty) return draw_kitty(image, place);
  const Owned<ChafaSymbolMap> symbols(chafa_symbol_map_new());
  chafa_symbol_map_add_by_tags(
      symbols.get(),
      static_cast<ChafaSymbolTags>(CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_SOLID | CHAFA_SYMBOL_TAG_VHALF));
  const Owned<ChafaCanvasConfig> config(chafa_canvas_config_new());
  const bool sixel = canvas.graphics == Graphics::Sixel;
  chafa_canvas_config_set_pixel_mode(config.get(), sixel ? CHAFA_PIXEL_MODE_SIXELS : CHAFA_PIXEL_MODE_SYMBOLS);
  chafa_canvas_config_set_canvas_mode(config.get(), sixel ? CHAFA_CANVAS_MODE_TRUECOLOR : mode_of(canvas.colors));
  chafa_canvas_config_set_geometry(config.get(), place.columns, place.rows);
  chafa_canvas_config_set_cell_geometry(config.get(), canvas.size.cell_width, canvas.size.cell_height);
  chafa_canvas_config_set_symbol_map(config.get(), symbols.get());
  chafa_canvas_config_set_color_extractor(config.get(), CHAFA_COLOR_EXTRACTOR_AVERAGE);
  chafa_canvas_config_set_preprocessing_enabled(config.get(), FALSE);
  // Sixteen colours alone would leave bands: of a ramp, areas of 8x24 half blocks miss their colour by 20 to 50 of 255,
  // and by 2 with the error of each half block (8x4 of chafa's dots) spread over its neighbours.
  const bool dithers = !sixel && canvas.colors == Colors::Some16;
  chafa_canvas_config_set_dither_mode(config.get(), dithers ? CHAFA_DITHER_MODE_DIFFUSION : CHAFA_DITHER_MODE_NONE);
  chafa_canvas_config_set_dither_grain_size(config.get(), 8, 4);
  const Owned<ChafaCanvas> drawing(chafa_canvas_new(config.get()));
  const Aligned aligned(image);
  chafa_canvas_draw_all_pixels(drawing.get(), CHAFA_PIXEL_RGB8, aligned.samples.data(), static_cast<gint>(image.width),
                               static_cast<gint>(image.height), static_cast<gint>(aligned.stride));
  ChafaTermInfo* const all = chafa_term_db_get_fallback_info(chafa_term_db_get_default());
  const Owned<GString> text(chafa_canvas_print(drawing.get(), all));
  return {text->str, text->len};
}

}  // namespace sl::terminal
