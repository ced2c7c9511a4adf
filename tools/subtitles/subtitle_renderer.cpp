// libass gives masks of one color each; they are put together to one picture, again only when they change.

#include "subtitle_renderer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"

namespace sl::subtitles {

namespace {

// As FFmpeg makes of plain text, so that styles written for it look the same.
constexpr const char* plain_header =
    "[Script Info]\nScriptType: v4.00+\nPlayResX: 384\nPlayResY: 288\nScaledBorderAndShadow: yes\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
    "Encoding\n"
    "Style: Default,sans,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";

// Errors and warnings of libass, but not its notes.
void report_message(int level, const char* format, va_list arguments, void* /*data*/) {
  if (level > 1) return;
  std::array<char, 500> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  warn(text.data());
}

}  // namespace

SubtitleRenderer::SubtitleRenderer(const std::string& style) : library_(ass_library_init()) {
  if (!library_) throw Error(Status::Resources, "libass cannot start");
  ass_set_message_cb(library_.get(), report_message, nullptr);
  ass_set_extract_fonts(library_.get(), 1);
  std::vector<std::string> fields;
  for (std::string_view rest = style; !rest.empty();) {
    const std::string_view field = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    if (field.find('=') == std::string_view::npos) bad_value("--style", field, "is not FIELD=VALUE, as FontSize=24");
    fields.emplace_back(field);
  }
  std::vector<char*> list;
  for (std::string& field : fields) list.push_back(field.data());
  list.push_back(nullptr);
  ass_set_style_overrides(library_.get(), list.data());
  renderer_.reset(ass_renderer_init(library_.get()));
  if (!renderer_) throw Error(Status::Resources, "libass cannot start");
  ass_set_fonts(renderer_.get(), nullptr, "sans", ASS_FONTPROVIDER_FONTCONFIG, nullptr, 1);
  for (int i = 0; i < 2; ++i) surfaces_.emplace_back(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 1, 1));
}

void SubtitleRenderer::add_font(const std::string& name, std::string_view font) {
  ass_add_font(library_.get(), name.c_str(), font.data(), static_cast<int>(font.size()));
}

void SubtitleRenderer::set(const SubtitleFile& file, const std::string& name) {
  if (file.script.empty()) {
    begin("");
    for (const Event& event : file.events) add(event);
    return;
  }
  std::string script = file.script;
  track_.reset(ass_read_memory(library_.get(), script.data(), script.size(), nullptr));
  if (!track_ || track_->n_styles == 0) throw Error(Status::Data, name + ": no script of ASS that can be read");
}

void SubtitleRenderer::begin(const std::string& header) {
  track_.reset(ass_new_track(library_.get()));
  if (!track_) throw Error(Status::Resources, "libass cannot make a track");
  std::string text = header.empty() ? plain_header : header;
  ass_process_codec_private(track_.get(), text.data(), static_cast<int>(text.size()));
}

void SubtitleRenderer::add(const Event& event) {
  add_chunk(event.start, event.end - event.start, std::to_string(events_++) + ",0,Default,,0,0,0,," + event.text);
}

void SubtitleRenderer::add_chunk(std::int64_t start, std::int64_t duration, std::string chunk) {
  ass_process_chunk(track_.get(), chunk.data(), static_cast<int>(chunk.size()), start, duration);
}

void SubtitleRenderer::compose(const ASS_Image* images) {
  place_ = {};
  int left = 1 << 30, top = 1 << 30, right = 0, bottom = 0;
  for (const ASS_Image* image = images; image != nullptr; image = image->next) {
    if (image->w == 0 || image->h == 0) continue;
    left = std::min(left, image->dst_x);
    top = std::min(top, image->dst_y);
    right = std::max(right, image->dst_x + image->w);
    bottom = std::max(bottom, image->dst_y + image->h);
  }
  if (left >= right) return;
  place_ = {double(left), double(top), double(right), double(bottom)};
  shown_ = 1 - shown_;
  surfaces_[shown_].reset(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, right - left, bottom - top));
  cairo_surface_t* const surface = surfaces_[shown_].get();
  const drawing::Context context(cairo_create(surface));
  for (const ASS_Image* image = images; image != nullptr; image = image->next) {
    if (image->w == 0 || image->h == 0) continue;
    const drawing::Surface mask(cairo_image_surface_create(CAIRO_FORMAT_A8, image->w, image->h));
    unsigned char* const to = cairo_image_surface_get_data(mask.get());
    if (to == nullptr) throw Error(Status::Resources, "no memory for subtitles");
    for (int y = 0; y < image->h; ++y)
      std::memcpy(to + std::ptrdiff_t{y} * cairo_image_surface_get_stride(mask.get()),
                  image->bitmap + std::ptrdiff_t{y} * image->stride, static_cast<std::size_t>(image->w));
    cairo_surface_mark_dirty(mask.get());
    const auto part = [&](int shift) { return (image->color >> shift & 255) / 255.0; };
    cairo_set_source_rgba(context.get(), part(24), part(16), part(8), 1 - part(0));
    cairo_mask_surface(context.get(), mask.get(), image->dst_x - left, image->dst_y - top);
  }
  cairo_surface_flush(surface);
}

void SubtitleRenderer::draw(drawing::Canvas& canvas, const Track& track, std::int64_t ms) {
  if (!track_) return;
  const Size size = canvas.size();
  ass_set_frame_size(renderer_.get(), static_cast<int>(size.width), static_cast<int>(size.height));
  ass_set_storage_size(renderer_.get(), static_cast<int>(size.width), static_cast<int>(size.height));
  const Rational& aspect = track.sample_aspect;
  ass_set_pixel_aspect(renderer_.get(), aspect.num > 0 ? double(aspect.num) / double(aspect.den) : 1);
  int change = 0;
  const ASS_Image* const images = ass_render_frame(renderer_.get(), track_.get(), ms, &change);
  if (change != 0) compose(images);
  if (place_.empty()) return;
  const drawing::Area whole{0, 0, place_.right - place_.left, place_.bottom - place_.top};
  canvas.draw(drawing::Picture{shown_, whole, place_, false}, {});
}

}  // namespace sl::subtitles
