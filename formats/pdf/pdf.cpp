// PDF in, by poppler's own rasterizer (Splash): each page a picture. Specification: ISO 32000.

#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "formats/drawing.h"
#include "formats/fonts/fonts.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "formats/whole_file.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"
#include "libcore/process/sandbox.h"

namespace sl {

extern const FormatInfo pdf_info;

namespace pdf {

namespace {

class PdfDecoder final : public StillDecoder {
 public:
  explicit PdfDecoder(const DecodeContext& context)
      : StillDecoder(context, "PDF"),
        options_(context.options),
        page_(static_cast<int>(options_.integer("page"))),
        only_(page_ != 0) {
    const Paper paper = *options_.value<Paper>("background");
    if (!paper.color) throw Error(Status::Usage, "PDF: background: a page has a color");
    const auto code = [](float value) { return static_cast<poppler::argb>(value * 255 + 0.5f); };
    paper_ = 0xff000000u | code(paper.color->red) << 16 | code(paper.color->green) << 8 | code(paper.color->blue);
  }

  ~PdfDecoder() override { poppler::set_debug_error_function(nullptr, nullptr); }

  Picture header() override {
    if (document_ == nullptr) open();
    sheet_.reset(document_->create_page(page_ - 1));
    if (sheet_ == nullptr) fail("no page " + std::to_string(page_) + in_pages());
    poppler::rectf box = sheet_->page_rect(poppler::crop_box);
    const auto turn = sheet_->orientation();
    const bool lies = turn == poppler::page::landscape || turn == poppler::page::seascape;
    const double dpi = static_cast<double>(options_.integer("dpi")), points = 72;
    const double width = (lies ? box.height() : box.width()) * dpi / points,
                 height = (lies ? box.width() : box.height()) * dpi / points;
    const DrawnSize size = drawn_size(options_, source_.name() + ": " + format_, width, height);
    dpi_x_ = dpi * size.scale_x;
    dpi_y_ = dpi * size.scale_y;
    track_.pixels = &pixel_format("rgb24");
    track_.width = size.width;
    track_.height = size.height;
    track_.color = {.primaries = 1, .transfer = 13, .matrix = 0, .range = Range::Full, .chroma = Chroma::Unknown};
    // The page, and its copy.
    check_memory(source_.name(), std::uint64_t{size.width} * size.height * 6, "a page of PDF");
    describe();
    begun_ = false;
    return {.track = track_, .attachments = {}};
  }

  std::optional<Frame> next_frame() override {
    if (std::exchange(begun_, true)) {
      source_.seek(end_);
      return std::nullopt;
    }
    row_ = 0;
    draw();
    Frame frame;
    frame.pts = 0;
    return frame;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    const auto stride = static_cast<std::size_t>(image_.bytes_per_row());
    Strip strip = next_strip(rows, reinterpret_cast<std::byte*>(image_.data()) + row_ * stride, false);
    strip.planes[0].stride = stride;
    return strip;
  }

  bool next_page() override {
    if (only_ || page_ >= document_->pages()) return false;
    ++page_;
    return true;
  }

 private:
  [[nodiscard]] std::string in_pages() const {
    const int count = document_->pages();
    return " in " + std::to_string(count) + (count == 1 ? " page" : " pages");
  }

  void open() {
    poppler::set_debug_error_function(
        [](const std::string& line, void* self) { static_cast<PdfDecoder*>(self)->take_error(line); }, this);
    const std::uint64_t start = source_.position();
    file_ = read_whole(source_, "a PDF file");
    file_.resize(document_bytes());
    end_ = start + file_.size();
    check_end();
    if (file_.size() > INT_MAX) fail("over 2 GiB", Status::Limit);
    document_.reset(poppler::document::load_from_raw_data(reinterpret_cast<const char*>(file_.data()),
                                                          static_cast<int>(file_.size())));
    if (document_ == nullptr) fail(error_.empty() ? "no document" : error_);
    if (document_->is_locked()) fail("encrypted: it opens by a password only");
    if (rebuilt_) damage("its table of objects is damaged", "it is made again");
    if (document_->pages() <= 0) fail("no page");
    page_ = std::max(page_, 1);
    if (page_ > document_->pages()) {
      throw Error(Status::Usage, source_.name() + ": " + format_ + ": no page " + std::to_string(page_) + in_pages());
    }
  }

  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(file_.data()), file_.size()}; }

  // Another file may follow: it has a header right behind a document's end, which no change of a document has, nor a
  // file inside one.
  [[nodiscard]] std::size_t document_bytes() const {
    constexpr std::string_view mark = "%%EOF", header = "%PDF-";
    for (std::size_t at = text().find(mark); at != std::string_view::npos; at = text().find(mark, at)) {
      at = text().find_first_not_of("\r\n", at + mark.size());
      if (at != std::string_view::npos && text().substr(at).starts_with(header)) return at;
    }
    return file_.size();
  }

  // Poppler makes a document of the part of a file, too.
  void check_end() const {
    constexpr std::size_t tail = 1024;
    if (text().substr(file_.size() - std::min(file_.size(), tail)).find("%%EOF") == std::string_view::npos)
      damage("truncated: its end is missing", "it is read as far as it goes");
  }

  void take_error(std::string line) {
    const auto colon = line.find("): ");
    line.erase(0, colon != std::string::npos ? colon + 3 : line.starts_with("poppler/error: ") ? 15 : 0);
    while (line.ends_with('\n') || line.ends_with('.') || line.ends_with(' ')) line.pop_back();
    if (line.starts_with("Couldn't find trailer") || line.starts_with("Couldn't read xref") ||
        line.starts_with("Invalid XRef entry") || line.find("reconstruct") != std::string::npos)
      rebuilt_ = true;
    if (error_.empty()) error_ = printable(line, 200);
  }

  void draw() {
    poppler::page_renderer renderer;
    renderer.set_image_format(poppler::image::format_rgb24);
    renderer.set_paper_color(paper_);
    renderer.set_render_hints(poppler::page_renderer::antialiasing | poppler::page_renderer::text_antialiasing);
    image_ = renderer.render_page(sheet_.get(), dpi_x_, dpi_y_, 0, 0, static_cast<int>(track_.width),
                                  static_cast<int>(track_.height));
    sheet_.reset();
    if (!image_.is_valid() || image_.width() != static_cast<int>(track_.width) ||
        image_.height() != static_cast<int>(track_.height))
      fail("page " + std::to_string(page_) + " cannot be drawn" + (error_.empty() ? "" : ": " + error_));
    if (!error_.empty() && !std::exchange(warned_, true))
      warn_("PDF: " + error_ + " (page " + std::to_string(page_) + "); the rest of it is drawn");
    error_.clear();
  }

  void describe() {
    Json meta{{"format", "PDF"}, {"page", page_}, {"pages", document_->pages()}};
    int major = 0, minor = 0;
    document_->get_pdf_version(&major, &minor);
    meta["version"] = std::to_string(major) + "." + std::to_string(minor);
    if (const auto title = document_->get_title().to_utf8(); !title.empty())
      meta["title"] = printable(std::string_view(title.data(), title.size()), 200);
    track_.rest = write_json(Json{{"meta", meta}});
    set_density(track_, Density{dpi_x_, dpi_y_, Density::Unit::Inch});
  }

  const FormatOptions& options_;
  int page_;  // from 1
  bool only_;
  poppler::argb paper_ = 0;
  std::vector<std::byte> file_;
  std::uint64_t end_ = 0;  // of the file, in the source
  std::unique_ptr<poppler::document> document_;
  std::unique_ptr<poppler::page> sheet_;
  poppler::image image_;
  double dpi_x_ = 0, dpi_y_ = 0;
  std::string error_;  // the first that was not reported
  bool rebuilt_ = false, warned_ = false, begun_ = false;
};

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<PdfDecoder>(context); }

void prepare(SandboxPlan& plan) {
  load_fonts(plan);
  plan.readable.emplace_back("/usr/share/poppler");  // character maps of poppler-data
}

}  // namespace

}  // namespace pdf

extern const Format pdf_format;
const Format pdf_format{
    .info = pdf_info,
    .decoder = pdf::make_decoder,
    .encoder = nullptr,
    .intact_part = nullptr,
    .prepare = pdf::prepare,
};

}  // namespace sl
