// HEIF in: the primary picture, with its crop, turn and mirror applied by libheif. Planes stay planes; libheif 1.15
// makes RGB of them in between, and one sample in a million comes back changed by 1. The tiles of a grid leave while
// others are decoded, unless it is turned or cropped: then libheif puts them together, as RGB.

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <new>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "formats/heif/grid.h"
#include "formats/heif/heif.h"
#include "formats/heif/items.h"
#include "formats/memory_limit.h"
#include "formats/metadata/exif.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "formats/structure/extent.h"
#include "formats/whole_file.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl::heif {

namespace {

class HeifDecoder final : public StillDecoder {
 public:
  explicit HeifDecoder(const DecodeContext& context) : StillDecoder(context, name_of(context.source)) {}

  Picture header() override {
    file_ = read_whole(source_, "a HEIF file", find_end());  // the places of its parts may be anywhere
    if (nests_too_deep(file_)) fail("a picture that is made of itself, or nested too deep");
    const Silence silence;
    context_.reset(heif_context_alloc());
    heif_context_set_max_decoding_threads(context_.get(),
                                          static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u)));
    check(heif_context_read_from_memory_without_copy(context_.get(), file_.data(), file_.size(), nullptr));
    heif_image_handle* handle = nullptr;
    check(heif_context_get_primary_image_handle(context_.get(), &handle));
    handle_.reset(handle);
    check_size();
    report_others();
    // A codec believes the size in its own data, which may differ from the one in the container that was checked.
    const MemoryLimit limit(source_.name() + ": " + format_);
    within_limit([&] { decode(); });
    Picture picture{.track = track_, .attachments = {}};
    read_metadata(picture);
    return picture;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t whole = std::max(strip_alignment(track_), 1u);
    if (grid_ && row_ == frame_.first + frame_.rows) within_limit([&] { frame_ = grid_->next(); });
    const std::uint32_t end = grid_ ? frame_.first + frame_.rows : track_.height;
    return next_rows(std::min(std::max(at_most / whole * whole, whole), end - row_));
  }

 private:
  static std::string_view name_of(Source& source) {
    const auto head = source.peek(12);
    return head.size() >= 12 && std::memcmp(head.data() + 8, "avif", 4) == 0 ? "AVIF" : "HEIF";
  }

  void check(const heif_error& error) {
    if (error.code == heif_error_Ok) return;
    fail(message(error), error.code == heif_error_Memory_allocation_error ? Status::Limit : Status::Data);
  }

  // The limit is met in libheif's memory, and in that of its threads.
  void within_limit(const std::function<void()>& work) const {
    constexpr const char* text = "its data needs more memory than --max-memory";
    try {
      work();
    } catch (const std::bad_alloc&) {
      fail(text, Status::Limit);
    } catch (const std::system_error&) {
      fail(text, Status::Limit);
    }
  }

  // Return how many bytes the file has, from its boxes; or more. A server is not asked for them.
  std::uint64_t find_end() {
    const std::uint64_t start = source_.position();
    const auto size = source_.size();
    const std::uint64_t most = size ? *size - std::min(*size, start) : ~std::uint64_t{0};
    if (source_.is_remote()) return most;
    Extent extent(find_structure("mov,mp4,m4a,3gp,3g2,mj2", source_.peek(sniff_bytes)));
    if (size) extent.set_input_size(most);
    std::size_t wanted = sniff_bytes;
    for (auto head = extent.head(); head && *head <= most; head = extent.head()) {
      source_.seek(start + *head);
      const auto bytes = source_.peek(wanted);
      wanted = std::max(extent.take(bytes, bytes.size() < wanted), sniff_bytes);
    }
    source_.seek(start);
    return std::min(extent.end().value_or(most), most);
  }

  // The sizes of a grid and of the picture, before anything is decoded.
  void check_size() {
    const int width = heif_image_handle_get_width(handle_.get()), height = heif_image_handle_get_height(handle_.get());
    const int stored_width = heif_image_handle_get_ispe_width(handle_.get()),
              stored_height = heif_image_handle_get_ispe_height(handle_.get());
    if (width <= 0 || height <= 0) fail("a picture without size");
    const auto largest = [&](int a, int b) { return static_cast<std::uint64_t>(std::max({a, b, 1})); };
    check_pixels(source_.name(), largest(width, stored_width), largest(height, stored_height));
    // Three planes of 16 bits and alpha, and the same again while it is turned.
    const std::uint64_t pixels = largest(width, stored_width) * largest(height, stored_height);
    check_memory(source_.name(), saturating_multiply(pixels, 8), "a HEIF frame");
  }

  void report_others() {
    const int pictures = heif_context_get_number_of_top_level_images(context_.get());
    if (pictures > 1)
      left_out_(std::to_string(pictures - 1) + (pictures == 2 ? " other picture" : " other pictures"),
                "the primary one is read");
    const int others = heif_image_handle_get_number_of_auxiliary_images(
        handle_.get(), LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA | LIBHEIF_AUX_IMAGE_FILTER_OMIT_DEPTH);
    if (others > 0) left_out_("a picture that belongs to this one, such as a gain map", "the primary one is read");
    if (heif_image_handle_get_number_of_depth_images(handle_.get()) > 0)
      left_out_("the depth of the picture", "the primary one is read");
  }

  // Planes as they are coded; if that cannot be, RGB.
  void decode() {
    item_ = primary_item(file_);
    constexpr std::array chromas{heif_chroma_monochrome, heif_chroma_420, heif_chroma_422, heif_chroma_444};
    if (item_.chroma >= 0 && item_.tiles == 0 && !is_rgb_in_planes() &&
        (item_.type == "hvc1" || item_.type == "av01")) {
      decode_to(item_.chroma == 0 ? heif_colorspace_monochrome : heif_colorspace_YCbCr,
                chromas[static_cast<std::size_t>(item_.chroma)]);
    }
    if (image_ == nullptr ? !take_grid() : !take_planes()) {
      const bool alpha = heif_image_handle_has_alpha_channel(handle_.get()) != 0,
                 wide = heif_image_handle_get_luma_bits_per_pixel(handle_.get()) > 8;
      decode_to(heif_colorspace_RGB,
                wide ? (alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE)
                     : (alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB));
      take_rgb(alpha, wide);
    }
    check_pixels(source_.name(), track_.width, track_.height);
    describe();
  }

  [[nodiscard]] bool is_rgb_in_planes() const {
    heif_color_profile_nclx* found = nullptr;
    if (heif_image_handle_get_nclx_color_profile(handle_.get(), &found).code != heif_error_Ok) return false;
    return Nclx(found)->matrix_coefficients == 0;
  }

  void decode_to(heif_colorspace space, heif_chroma chroma) {
    const std::unique_ptr<heif_decoding_options, Release<heif_decoding_options_free>> options(
        heif_decoding_options_alloc());
    options->strict_decoding = salvage_ ? 0 : 1;
    heif_image* image = nullptr;
    image_.reset();
    check(heif_decode_image(handle_.get(), &image, space, chroma, options.get()));
    image_.reset(image);
    warnings();
  }

  void warnings() {
    heif_error warning{};
    if (heif_image_get_decoding_warnings(image_.get(), 0, &warning, 1) > 0)
      damage(message(warning), "; it is decoded as far as it goes");
  }

  // Take planes of YCbCr or gray that the wire has a format for; false if it has none.
  bool take_planes() {
    const auto planes = planes_of(image_.get());
    if (!planes) return false;
    frame_ = *planes;
    const int bits = heif_image_get_bits_per_pixel_range(image_.get(), heif_channel_Y);
    track_.color.chroma = Chroma::Unknown;
    take_color(image_.get());
    if (frame_.format->model == Model::Gray) {
      track_.color.matrix = 2;
      if (bits > 8) widen(bits, 1);
      if (bits != 8 && bits != 16) track_.bits = bits;
    }
    set_track(frame_.format->alpha);
    return true;
  }

  // Take the tiles of a grid as they are coded. False if they have to be put together by libheif.
  bool take_grid() {
    constexpr std::uint32_t most_tiles = 1024;  // the boxes are read again for each
    const bool usual = item_.columns != 0 && item_.tiles <= most_tiles && item_.chroma > 0 && !item_.moved &&
                       !salvage_ && !is_rgb_in_planes() && heif_image_handle_has_alpha_channel(handle_.get()) == 0 &&
                       static_cast<std::int64_t>(item_.width) == heif_image_handle_get_width(handle_.get()) &&
                       static_cast<std::int64_t>(item_.height) == heif_image_handle_get_height(handle_.get());
    if (!usual) return false;
    check_pixels(source_.name(), item_.tile_width, item_.tile_height);
    check_memory(source_.name(), saturating_multiply(std::uint64_t{item_.tile_width} * item_.tile_height, 8),
                 "a tile of HEIF");
    grid_.emplace(file_, item_, source_.name());
    if (!grid_->fits()) {
      grid_.reset();
      return false;
    }
    frame_ = {.format = &grid_->format(), .width = item_.width};
    take_color(grid_->first());
    track_.color.chroma = Chroma::Unknown;
    set_track(false);
    track_.height = item_.height;
    return true;
  }

  void take_rgb(bool alpha, bool wide) {
    int stride = 0;
    std::uint8_t* const data = heif_image_get_plane(image_.get(), heif_channel_interleaved, &stride);
    if (data == nullptr) fail("no pixels");
    const PixelFormat& format = pixel_format(wide ? (alpha ? "rgba64le" : "rgb48le") : (alpha ? "rgba" : "rgb24"));
    const auto width = static_cast<std::uint32_t>(heif_image_get_primary_width(image_.get()));
    const auto height = static_cast<std::uint32_t>(heif_image_get_primary_height(image_.get()));
    frame_ = {.format = &format, .width = width, .rows = height, .planes = {}};
    frame_.planes[0] = {reinterpret_cast<std::byte*>(data), static_cast<std::size_t>(stride),
                        static_cast<std::size_t>(plane_width(format, 0, width)), height};
    take_color(image_.get());
    track_.color.matrix = 0;
    track_.color.range = Range::Full;
    const int bits = heif_image_get_bits_per_pixel_range(image_.get(), heif_channel_interleaved);
    if (wide) {
      track_.bits = bits == 16 ? 0 : bits;
      widen(bits, 1);
    }
    set_track(alpha);
  }

  // Codes of `bits` bits in samples of 16 become 16 bits.
  void widen(int bits, int planes) {
    const std::uint32_t full = (1u << bits) - 1;
    const bool limited = track_.color.range == Range::Limited;
    for (int p = 0; p < planes; ++p) {
      const Plane& plane = frame_.planes[static_cast<std::size_t>(p)];
      for (std::uint32_t y = 0; y < plane.rows; ++y) {
        auto* const row = plane.row<std::uint16_t>(y);
        for (std::size_t x = 0; x < plane.width; ++x) {
          const std::uint32_t code = std::min<std::uint32_t>(row[x], full);
          row[x] = static_cast<std::uint16_t>(limited ? code << (16 - bits) : (code * 65535u + full / 2) / full);
        }
      }
    }
  }

  void set_track(bool alpha) {
    track_.pixels = frame_.format;
    track_.width = frame_.width;
    track_.height = frame_.rows;
    track_.alpha = !alpha                                                         ? Alpha::None
                   : heif_image_handle_is_premultiplied_alpha(handle_.get()) != 0 ? Alpha::Premultiplied
                                                                                  : Alpha::Straight;
  }

  // Numbers of the container; else those of the codec; else MIAF's default (ISO/IEC 23000-22, 7.3.6.4).
  void take_color(heif_image* image) {
    heif_color_profile_nclx* found = nullptr;
    if (heif_image_handle_get_nclx_color_profile(handle_.get(), &found).code != heif_error_Ok) {
      (void)heif_image_get_nclx_color_profile(image, &found);
    }
    const Nclx nclx(found);
    const bool profile = heif_image_handle_get_raw_color_profile_size(handle_.get()) != 0;
    track_.color.primaries = nclx ? nclx->color_primaries : profile ? 2 : 1;
    track_.color.transfer = nclx ? nclx->transfer_characteristics : profile ? 2 : 13;
    track_.color.matrix = nclx && nclx->matrix_coefficients != 2 ? nclx->matrix_coefficients : 6;
    track_.color.range = !nclx || nclx->full_range_flag != 0 ? Range::Full : Range::Limited;
  }

  [[nodiscard]] std::string codec_name() const {
    if (item_.type == "av01" || item_.brand == "avif") return "AV1";
    return item_.type == "hvc1" || item_.brand == "heic" || item_.brand == "heix" ? "HEVC" : "";
  }

  void describe() {
    Json meta{{"format", format_}, {"bits", heif_image_handle_get_luma_bits_per_pixel(handle_.get())}};
    if (!item_.brand.empty()) meta["brand"] = printable(item_.brand, 8);
    if (const std::string codec = codec_name(); !codec.empty()) meta["codec"] = codec;
    if (item_.tiles != 0) {
      meta["tiles"] = std::to_string(item_.tiles) + " of " + std::to_string(item_.tile_width) + "x" +
                      std::to_string(item_.tile_height);
    }
    track_.rest = write_json(Json{{"meta", meta}});
  }

  void read_metadata(Picture& picture) {
    if (const std::size_t size = heif_image_handle_get_raw_color_profile_size(handle_.get()); size != 0) {
      check_metadata(source_.name(), size, "HEIF: a colour profile");
      std::string profile(size, '\0');
      check(heif_image_handle_get_raw_color_profile(handle_.get(), profile.data()));
      picture.attachments.push_back({"icc", std::move(profile), 0});
    }
    const int count = heif_image_handle_get_number_of_metadata_blocks(handle_.get(), nullptr);
    std::vector<heif_item_id> ids(static_cast<std::size_t>(std::max(count, 0)));
    heif_image_handle_get_list_of_metadata_block_IDs(handle_.get(), nullptr, ids.data(), static_cast<int>(ids.size()));
    std::uint64_t total = 0;
    for (const heif_item_id id : ids) {
      const std::string_view type = heif_image_handle_get_metadata_type(handle_.get(), id);
      const char* const content = heif_image_handle_get_metadata_content_type(handle_.get(), id);
      const std::size_t size = heif_image_handle_get_metadata_size(handle_.get(), id);
      check_metadata(source_.name(), total += size, "HEIF: metadata");
      std::string bytes(size, '\0');
      check(heif_image_handle_get_metadata(handle_.get(), id, bytes.data()));
      if (type == "Exif" && bytes.size() > 4) {
        // An offset to its header comes first. Its orientation only repeats what was applied.
        const std::uint32_t offset = load_be<std::uint32_t>(bytes.data());
        if (offset < bytes.size() - 4)
          picture.attachments.push_back({"exif", exif_with_orientation(bytes.substr(4 + offset), 1), 0});
      } else if (type == "mime" && content != nullptr && std::string_view(content) == "application/rdf+xml") {
        picture.attachments.push_back({"xmp", std::move(bytes), 0});
      } else {
        left_out_("metadata of the type " + printable(type, 20), "it is neither EXIF nor XMP");
      }
    }
  }

  Strip next_rows(std::uint32_t rows) {
    Strip whole = frame_;
    whole.last = true;
    Strip strip = part_of(whole, row_ - frame_.first, rows);
    strip.first = row_;
    row_ += rows;
    strip.last = row_ == track_.height;
    return strip;
  }

  std::vector<std::byte> file_;
  Context context_;
  Handle handle_;
  Image image_;
  PrimaryItem item_;
  std::optional<GridReader> grid_;
  Strip frame_;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<HeifDecoder>(context); }

}  // namespace sl::heif
