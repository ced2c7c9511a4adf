// Camera RAW in, by LibRaw: the samples of the sensor, or the camera's own picture of them.

#include <libraw/libraw.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/picture.h"
#include "formats/raw/shot.h"
#include "formats/still_decoder.h"
#include "formats/whole_file.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl {

extern const FormatInfo raw_info;

namespace raw {

namespace {

struct Release {
  void operator()(libraw_processed_image_t* image) const { LibRaw::dcraw_clear_mem(image); }
};
using Pixels = std::unique_ptr<libraw_processed_image_t, Release>;

class RawDecoder final : public StillDecoder {
 public:
  explicit RawDecoder(const DecodeContext& context)
      : StillDecoder(context, "camera RAW"), preview_(context.options.flag("preview")) {}

  Picture header() override {
    file_ = read_whole(source_, "a camera RAW file");
    raw_ = std::make_unique<LibRaw>();
    raw_->set_dataerror_handler(
        [](void* self, const char*, const int offset) { static_cast<RawDecoder*>(self)->take_error(offset); }, this);
    auto& settings = raw_->imgdata.params;
    settings.use_camera_wb = 1;
    settings.output_bps = 16;
    settings.output_color = 1;   // sRGB
    settings.gamm[0] = 1 / 2.4;  // its curve
    settings.gamm[1] = 12.92;
    settings.max_raw_memory_mb = static_cast<unsigned>(std::min<std::uint64_t>(limits().memory >> 20, 1 << 20));
    check(raw_->open_buffer(file_.data(), file_.size()));
    check_size();
    return preview_ ? open_preview() : open_samples();
  }

  std::optional<Frame> next_frame() override { return camera_ ? camera_->next_frame() : StillDecoder::next_frame(); }

  Strip read_rows(std::uint32_t at_most) override {
    if (camera_) return camera_->read_rows(at_most);
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    const auto bytes = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    return next_strip(rows, reinterpret_cast<std::byte*>(pixels_->data) + row_ * bytes, damage_at_.has_value());
  }

 private:
  void check(int result) const {
    if (result == LIBRAW_SUCCESS) return;
    const bool memory = result == LIBRAW_UNSUFFICIENT_MEMORY || result == LIBRAW_TOO_BIG;
    std::string text = libraw_strerror(result);
    if (result == LIBRAW_IO_ERROR) text = "truncated";
    fail(text, memory ? Status::Limit : Status::Data);
  }

  // LibRaw continues with what it has.
  void take_error(std::int64_t offset) {
    if (!damage_at_) damage_at_ = offset;
  }

  void check_size() const {
    const auto& sizes = raw_->imgdata.sizes;
    const std::uint64_t width = std::max<std::uint64_t>(sizes.raw_width, sizes.width),
                        height = std::max<std::uint64_t>(sizes.raw_height, sizes.height);
    if (sizes.width == 0 || sizes.height == 0) fail("a picture without size");
    check_pixels(source_.name(), width, height);
    // Measured: samples, four colours of 16 bits, the result.
    check_memory(source_.name(), width * height * 16, "a picture of camera RAW");
  }

  Picture open_samples() {
    const auto& sizes = raw_->imgdata.sizes;
    const bool lies = (sizes.flip & 4) != 0;
    track_.pixels = &pixel_format(raw_->imgdata.idata.colors == 1 ? "gray16le" : "rgb48le");
    track_.width = lies ? sizes.iheight : sizes.iwidth;
    track_.height = lies ? sizes.iwidth : sizes.iheight;
    track_.color = {.primaries = 1,
                    .transfer = 13,
                    .matrix = track_.pixels->model == Model::Gray ? 2 : 0,
                    .range = Range::Full,
                    .chroma = Chroma::Unknown};
    develop();
    track_.width = pixels_->width;
    track_.height = pixels_->height;
    describe(track_);
    return {.track = track_, .attachments = {{"exif", exif_of(raw_->imgdata), 0}}};
  }

  void develop() {
    check(raw_->unpack());
    if (damage_at_) {
      damage(*damage_at_ < 0 ? "truncated" : "damaged at byte " + std::to_string(*damage_at_),
             "it is shown as far as it goes");
    }
    check(raw_->dcraw_process());
    int result = LIBRAW_SUCCESS;
    pixels_.reset(raw_->dcraw_make_mem_image(&result));
    if (pixels_ == nullptr) check(result == LIBRAW_SUCCESS ? static_cast<int>(LIBRAW_UNSUFFICIENT_MEMORY) : result);
    if (pixels_->type != LIBRAW_IMAGE_BITMAP || pixels_->bits != 16 || pixels_->colors != track_.pixels->components)
      fail("pixels of " + std::to_string(pixels_->colors) + " colours, which are not read");
  }

  // The camera's picture is a JPEG, or pixels of 8 bits.
  Picture open_preview() {
    const int found = raw_->unpack_thumb();
    if (found == LIBRAW_NO_THUMBNAIL || found == LIBRAW_UNSUPPORTED_THUMBNAIL) fail("it has no preview");
    check(found);
    int result = LIBRAW_SUCCESS;
    pixels_.reset(raw_->dcraw_make_mem_thumb(&result));
    if (pixels_ == nullptr) fail("it has no preview");
    if (pixels_->type == LIBRAW_IMAGE_BITMAP) {
      if (pixels_->bits != 8 || (pixels_->colors != 3 && pixels_->colors != 1)) fail("a preview that is not read");
      track_.pixels = &pixel_format(pixels_->colors == 3 ? "rgb24" : "gray");
      track_.width = pixels_->width;
      track_.height = pixels_->height;
      track_.color = {.primaries = 1, .transfer = 13, .matrix = 0, .range = Range::Full, .chroma = Chroma::Unknown};
      track_.orientation = orientation();
      describe(track_);
      return {.track = track_, .attachments = {{"exif", exif_of(raw_->imgdata), 0}}};
    }
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(pixels_->data), pixels_->data_size);
    const Format* const format = find_format_by_content(bytes);
    if (format == nullptr) fail("a preview that is not read");
    inner_.emplace(Source::memory(bytes, source_.name()));
    inner_options_.emplace(format->info.decode_options);
    camera_ = format->decoder({*inner_, *inner_options_, salvage_, warn_, left_out_});
    Picture picture = camera_->header();
    const auto has_exif = [](const Attachment& attachment) { return attachment.name == "exif"; };
    if (std::ranges::none_of(picture.attachments, has_exif)) {
      picture.track.orientation = orientation();
      picture.attachments.push_back({"exif", exif_of(raw_->imgdata), 0});
    }
    return picture;
  }

  // EXIF's number of LibRaw's turn.
  [[nodiscard]] int orientation() const {
    const int flip = raw_->imgdata.sizes.flip;
    return flip == 3 ? 3 : flip == 5 ? 8 : flip == 6 ? 6 : 1;
  }

  void describe(Track& track) const {
    const auto& data = raw_->imgdata;
    Json meta{{"format", "camera RAW"},
              {"camera", printable(std::string(data.idata.make) + " " + data.idata.model, 120)},
              {"sensor", std::to_string(data.sizes.raw_width) + "x" + std::to_string(data.sizes.raw_height)}};
    if (data.lens.Lens[0] != '\0') meta["lens"] = printable(data.lens.Lens, 120);
    track.rest = write_json(Json{{"meta", meta}});
  }

  bool preview_;
  std::vector<std::byte> file_;
  std::unique_ptr<LibRaw> raw_;
  std::optional<std::int64_t> damage_at_;  // below 0: the file's end
  Pixels pixels_;
  // Of a preview.
  std::optional<Source> inner_;
  std::optional<FormatOptions> inner_options_;
  std::unique_ptr<Decoder> camera_;
};

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<RawDecoder>(context); }

}  // namespace

}  // namespace raw

extern const Format raw_format;
const Format raw_format{
    .info = raw_info,
    .decoder = raw::make_decoder,
    .encoder = nullptr,
    .intact_part = nullptr,
};

}  // namespace sl
