// AVIF and HEIC out: a whole frame of planes, then libheif's encoder (libaom, x265).

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "formats/heif/heif.h"
#include "formats/metadata/exif.h"
#include "formats/picture.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/format_choice.h"

namespace sl::heif {

namespace {

using HeifEncoderHandle = std::unique_ptr<heif_encoder, Release<heif_encoder_release>>;

class HeifEncoder final : public Encoder {
 public:
  explicit HeifEncoder(const EncodeContext& context)
      : target_(context.target),
        threads_(context.threads),
        av1_(context.options.text("variant") == "avif"),
        lossless_(context.options.flag("lossless")),
        quality_(static_cast<int>(context.options.integer("quality"))),
        speed_(static_cast<int>(context.options.integer("speed"))),
        subsampling_(context.options.text("subsampling")) {}

  Track accept(const Track& offered) override {
    constexpr int max_side = 32768;  // libheif reads no more
    if (offered.width > max_side || offered.height > max_side) {
      throw Error(Status::Data, target_.name() + ": " + name() + " holds at most 32768 x 32768 pixels");
    }
    std::vector<std::string> names;
    const bool rgb = offered.pixels->model == Model::Rgb;
    for (const std::string chroma : {"420p", "422p", "444p"}) {
      const std::string wanted = subsampling_ != "auto"        ? subsampling_
                                 : !rgb                        ? ""
                                 : lossless_ || quality_ >= 90 ? "444"
                                                               : "420";
      if (!wanted.empty() && !chroma.starts_with(wanted)) continue;
      for (const char* alpha : {"yuv", "yuva"}) {
        // libheif 1.15 gives libaom a profile for 10 bits that it aborts on, and x265 is built without 12 bits.
        names.push_back(alpha + chroma + (offered.pixels->bits <= 8 ? "" : av1_ ? "12le" : "10le"));
      }
    }
    if (!rgb && offered.pixels->bits <= 8) names.insert(names.begin(), "gray");
    std::erase_if(names, [](const std::string& known) { return find_pixel_format(known) == nullptr; });
    const std::vector<std::string_view> views(names.begin(), names.end());
    Track track = nearest(offered, views);
    if (track.pixels->model == Model::Yuv && offered.pixels->model != Model::Yuv) {
      const bool whole = lossless_ && rgb;  // RGB itself, in three planes
      track.color.matrix = whole ? 0 : track.color.primaries == 9 ? 9 : 6;
      track.color.range = Range::Full;
      track.color.chroma = Chroma::Unknown;
    }
    return track;
  }

  void begin(const Picture& picture) override {
    picture_ = picture;
    const Track& track = picture_.track;
    check_memory(target_.name(), saturating_multiply(std::uint64_t{track.width} * track.height, 16),
                 "a frame to encode as " + name());
    const PixelFormat& format = *track.pixels;
    const bool gray = format.model == Model::Gray;
    const heif_chroma chroma = gray                  ? heif_chroma_monochrome
                               : format.shift_y != 0 ? heif_chroma_420
                               : format.shift_x != 0 ? heif_chroma_422
                                                     : heif_chroma_444;
    heif_image* image = nullptr;
    check(heif_image_create(static_cast<int>(track.width), static_cast<int>(track.height),
                            gray ? heif_colorspace_monochrome : heif_colorspace_YCbCr, chroma, &image));
    image_.reset(image);
    for (int p = 0; p < format.planes; ++p) {
      const int width = static_cast<int>(plane_width(format, p, track.width)),
                height = static_cast<int>(plane_rows(format, p, track.height));
      check(heif_image_add_plane(image, channel(p), width, height, format.bits));
    }
  }

  void begin_frame(const Frame& /*frame*/) override {}

  void write_rows(const Strip& strip) override {
    const PixelFormat& format = *picture_.track.pixels;
    for (int p = 0; p < format.planes; ++p) {
      int stride = 0;
      auto* const to = reinterpret_cast<std::byte*>(heif_image_get_plane(image_.get(), channel(p), &stride));
      const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
      const std::size_t first = plane_rows(format, p, strip.first),
                        bytes = plane.width * static_cast<std::size_t>(format.sample_bytes());
      for (std::uint32_t y = 0; y < plane.rows; ++y) {
        std::memcpy(to + (first + y) * static_cast<std::size_t>(stride), plane.row<std::byte>(y), bytes);
      }
    }
  }

  void end_frame() override {
    const Silence silence;
    const Context context(heif_context_alloc());
    heif_encoder* made = nullptr;
    const heif_error found =
        heif_context_get_encoder_for_format(context.get(), av1_ ? heif_compression_AV1 : heif_compression_HEVC, &made);
    if (found.code != heif_error_Ok) {
      throw Error(Status::Missing, target_.name() + ": libheif has no encoder for " + name() +
                                       " here (Debian: " + (av1_ ? "libaom3" : "libx265") + ")");
    }
    const HeifEncoderHandle encoder(made);
    set_options(made);
    const Nclx nclx(heif_nclx_color_profile_alloc());
    set_color(*nclx);
    const std::unique_ptr<heif_encoding_options, Release<heif_encoding_options_free>> options(
        heif_encoding_options_alloc());
    options->save_two_colr_boxes_when_ICC_and_nclx_available = 1;
    options->output_nclx_profile = nclx.get();
    options->macOS_compatibility_workaround = 0;
    options->macOS_compatibility_workaround_no_nclx_profile = 0;
    heif_image_handle* handle = nullptr;
    check(heif_context_encode_image(context.get(), image_.get(), made, options.get(), &handle));
    const Handle kept(handle);
    for (const Attachment& attachment : picture_.attachments) {
      const auto size = static_cast<int>(attachment.bytes.size());
      if (attachment.name == "exif")
        check(heif_context_add_exif_metadata(context.get(), handle, attachment.bytes.data(), size));
      if (attachment.name == "xmp")
        check(heif_context_add_XMP_metadata(context.get(), handle, attachment.bytes.data(), size));
    }
    image_.reset();
    heif_writer writer{1, [](heif_context*, const void* data, std::size_t bytes, void* self) {
                         auto& encoder = *static_cast<HeifEncoder*>(self);
                         const auto* const from = static_cast<const std::byte*>(data);
                         encoder.file_.assign(from, from + bytes);
                         return heif_error{heif_error_Ok, heif_suberror_Unspecified, ""};
                       }};
    check(heif_context_write(context.get(), &writer, this));
    target_.write(std::span<const std::byte>(file_));
    file_ = {};
  }

  void flush() override {}
  void finish() override {}

 private:
  [[nodiscard]] std::string name() const { return av1_ ? "AVIF" : "HEIC"; }

  void check(const heif_error& error) const {
    if (error.code == heif_error_Ok) return;
    throw Error(error.code == heif_error_Memory_allocation_error ? Status::Resources : Status::Data,
                target_.name() + ": " + name() + ": " + message(error));
  }

  static heif_channel channel(int plane) {
    constexpr std::array channels{heif_channel_Y, heif_channel_Cb, heif_channel_Cr, heif_channel_Alpha};
    return channels[static_cast<std::size_t>(plane)];
  }

  void set_options(heif_encoder* encoder) const {
    const PixelFormat& format = *picture_.track.pixels;
    check(heif_encoder_set_lossy_quality(encoder, quality_));
    check(heif_encoder_set_lossless(encoder, lossless_ ? 1 : 0));
    const char* const chroma = format.shift_y != 0 ? "420" : format.shift_x != 0 ? "422" : "444";
    if (format.model != Model::Gray) check(heif_encoder_set_parameter_string(encoder, "chroma", chroma));
    if (!av1_) return;
    check(heif_encoder_set_parameter_integer(encoder, "speed", speed_));
    check(heif_encoder_set_parameter_integer(encoder, "threads", std::clamp(threads_, 1, 16)));
  }

  // The numbers of the track; unknown ones are written as unknown.
  void set_color(heif_color_profile_nclx& nclx) const {
    const Color& color = picture_.track.color;
    check(heif_nclx_color_profile_set_color_primaries(&nclx, static_cast<std::uint16_t>(color.primaries)));
    check(heif_nclx_color_profile_set_transfer_characteristics(&nclx, static_cast<std::uint16_t>(color.transfer)));
    const bool gray = picture_.track.pixels->model == Model::Gray;
    check(heif_nclx_color_profile_set_matrix_coefficients(
        &nclx, static_cast<std::uint16_t>(gray || color.matrix == 2 ? 6 : color.matrix)));
    nclx.full_range_flag = color.range == Range::Limited ? 0 : 1;
    check(heif_image_set_nclx_color_profile(image_.get(), &nclx));
    for (const Attachment& attachment : picture_.attachments) {
      if (attachment.name != "icc") continue;
      check(heif_image_set_raw_color_profile(image_.get(), "prof", attachment.bytes.data(), attachment.bytes.size()));
    }
    if (picture_.track.alpha == Alpha::Premultiplied) heif_image_set_premultiplied_alpha(image_.get(), 1);
  }

  Target& target_;
  int threads_;
  bool av1_, lossless_;
  int quality_, speed_;
  std::string subsampling_;
  Picture picture_;
  Image image_;
  std::vector<std::byte> file_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<HeifEncoder>(context); }

}  // namespace sl::heif
