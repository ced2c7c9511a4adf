// SVG in, by librsvg on a surface of cairo. Specification: https://www.w3.org/TR/SVG11/ and what librsvg has of SVG 2.

#include <gio/gio.h>
#include <librsvg/rsvg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "formats/drawing.h"
#include "formats/fonts/fonts.h"
#include "formats/picture.h"
#include "formats/release.h"
#include "formats/still_decoder.h"
#include "formats/whole_file.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl {

extern const FormatInfo svg_info;

namespace svg {

namespace {

using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Handle = std::unique_ptr<RsvgHandle, Release<g_object_unref>>;

constexpr std::uint32_t max_side = 32767;  // cairo's

class SvgDecoder final : public StillDecoder {
 public:
  explicit SvgDecoder(const DecodeContext& context)
      : StillDecoder(context, "SVG"), options_(context.options), paper_(*context.options.value<Paper>("background")) {}

  Picture header() override {
    {
      const std::vector<std::byte> file = read_whole(source_, "an SVG file");
      GError* error = nullptr;
      // Without a base, references to other files and servers lead nowhere.
      handle_.reset(rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(file.data()), file.size(), &error));
      if (handle_ == nullptr) fail(message(error));
    }
    const auto dpi = static_cast<double>(options_.integer("dpi"));
    rsvg_handle_set_dpi(handle_.get(), dpi);
    find_size();
    size_ = drawn_size(options_, source_.name() + ": " + format_, width_, height_);
    if (size_.width > max_side || size_.height > max_side)
      fail("more than 32767 pixels a side, which cairo cannot draw", Status::Limit);
    track_.pixels = &pixel_format(paper_.color ? "rgb24" : "rgba");
    track_.width = size_.width;
    track_.height = size_.height;
    track_.alpha = paper_.color ? Alpha::None : Alpha::Straight;
    track_.color = {.primaries = 1, .transfer = 13, .matrix = 0, .range = Range::Full, .chroma = Chroma::Unknown};
    check_memory(source_.name(), std::uint64_t{track_.width} * track_.height * 4, "a drawing of SVG");
    track_.rest = write_json(Json{{"meta", {{"format", "SVG"}, {"size", in_words(width_) + "x" + in_words(height_)}}}});
    return {.track = track_, .attachments = {}};
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    const auto bytes = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    rows_.resize(rows * bytes);
    const unsigned char* const from = cairo_image_surface_get_data(surface_.get());
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get()));
    for (std::uint32_t y = 0; y < rows; ++y) {
      auto* const to = reinterpret_cast<std::uint8_t*>(rows_.data()) + y * bytes;
      if (paper_.color) {
        take_opaque(from + (row_ + y) * stride, to);
      } else {
        take_transparent(from + (row_ + y) * stride, to);
      }
    }
    return next_strip(rows, rows_.data(), false);
  }

 private:
  static std::string message(GError* error) {
    std::string text = error == nullptr ? "cannot be read" : error->message;
    if (error != nullptr) g_error_free(error);
    std::ranges::replace(text, '\n', ' ');
    while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
    return printable(text, 200);
  }

  static std::string in_words(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.') || text.ends_with(',')) text.pop_back();
    return text;
  }

  // The size that the file states; else that of its view box, or of what it draws.
  void find_size() {
    if (rsvg_handle_get_intrinsic_size_in_pixels(handle_.get(), &width_, &height_) != FALSE) return;
    gboolean has_width = FALSE, has_height = FALSE, has_box = FALSE;
    RsvgLength width{}, height{};
    RsvgRectangle box{};
    rsvg_handle_get_intrinsic_dimensions(handle_.get(), &has_width, &width, &has_height, &height, &has_box, &box);
    if (has_box != FALSE) {
      const auto share = [](gboolean has, const RsvgLength& length) {
        return has != FALSE && length.unit == RSVG_UNIT_PERCENT ? length.length : 1.0;
      };
      width_ = box.width * share(has_width, width);
      height_ = box.height * share(has_height, height);
      return;
    }
    RsvgRectangle ink{}, logical{};
    GError* error = nullptr;
    if (rsvg_handle_get_geometry_for_element(handle_.get(), nullptr, &ink, &logical, &error) == FALSE)
      fail(message(error));
    width_ = ink.width;
    height_ = ink.height;
  }

  void begin(Frame& /*frame*/) override {
    surface_.reset(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(track_.width),
                                              static_cast<int>(track_.height)));
    const Context context(cairo_create(surface_.get()));
    if (paper_.color) {
      cairo_set_source_rgb(context.get(), paper_.color->red, paper_.color->green, paper_.color->blue);
      cairo_paint(context.get());
    }
    cairo_scale(context.get(), size_.scale_x, size_.scale_y);
    const RsvgRectangle viewport{0, 0, width_, height_};
    GError* error = nullptr;
    if (rsvg_handle_render_document(handle_.get(), context.get(), &viewport, &error) == FALSE) fail(message(error));
    if (cairo_status(context.get()) != CAIRO_STATUS_SUCCESS)
      fail(cairo_status_to_string(cairo_status(context.get())), Status::Resources);
    handle_.reset();
    cairo_surface_flush(surface_.get());
  }

  // Cairo's pixels are numbers of 32 bits, ARGB, multiplied by their alpha.
  void take_opaque(const unsigned char* from, std::uint8_t* to) const {
    for (std::uint32_t x = 0; x < track_.width; ++x, from += 4, to += 3) {
      to[0] = from[2];
      to[1] = from[1];
      to[2] = from[0];
    }
  }
  void take_transparent(const unsigned char* from, std::uint8_t* to) const {
    for (std::uint32_t x = 0; x < track_.width; ++x, from += 4, to += 4) {
      const unsigned alpha = from[3];
      to[3] = static_cast<std::uint8_t>(alpha);
      for (int c = 0; c < 3; ++c) {
        const unsigned value = from[2 - c];
        to[c] = static_cast<std::uint8_t>(alpha == 0 ? 0 : alpha == 255 ? value : (value * 255 + alpha / 2) / alpha);
      }
    }
  }

  const FormatOptions& options_;
  Paper paper_;
  Handle handle_;
  double width_ = 0, height_ = 0;  // in pixels, at the dpi
  DrawnSize size_{};
  Surface surface_;
  std::vector<std::byte> rows_;
};

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<SvgDecoder>(context); }

// Pictures in a drawing are decoded by GdkPixbuf, which loads its list of formats and the desktop's list of types.
void prepare(SandboxPlan& plan) {
  load_fonts(plan);
  g_slist_free(gdk_pixbuf_get_formats());
  constexpr guchar png[] = "\x89PNG\r\n\x1a\n";
  g_free(g_content_type_guess(nullptr, png, sizeof png - 1, nullptr));
  g_log_set_writer_func([](GLogLevelFlags, const GLogField*, gsize, gpointer) { return G_LOG_WRITER_HANDLED; }, nullptr,
                        nullptr);
}

}  // namespace

}  // namespace svg

extern const Format svg_format;
const Format svg_format{
    .info = svg_info,
    .decoder = svg::make_decoder,
    .encoder = nullptr,
    .intact_part = nullptr,
    .prepare = svg::prepare,
};

}  // namespace sl
