// JPEG 2000 in, by openjpeg. Specification: ISO/IEC 15444-1.

#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "formats/jp2/boxes.h"
#include "formats/picture.h"
#include "formats/release.h"
#include "formats/still_decoder.h"
#include "formats/whole_file.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl {

extern const FormatInfo jp2_info;

namespace jp2 {

namespace {

using Codec = std::unique_ptr<opj_codec_t, Release<opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Release<opj_stream_destroy>>;
using Image = std::unique_ptr<opj_image_t, Release<opj_image_destroy>>;

// A file in memory, for openjpeg's callbacks.
struct Bytes {
  std::vector<std::byte> file;
  std::size_t at = 0;

  static OPJ_SIZE_T read(void* into, OPJ_SIZE_T count, void* self) {
    auto& bytes = *static_cast<Bytes*>(self);
    const std::size_t given = std::min<std::size_t>(count, bytes.file.size() - bytes.at);
    if (given == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(into, bytes.file.data() + bytes.at, given);
    bytes.at += given;
    return given;
  }
  static OPJ_OFF_T skip(OPJ_OFF_T count, void* self) {
    auto& bytes = *static_cast<Bytes*>(self);
    if (count < 0) return -1;
    const auto skipped = std::min<std::size_t>(static_cast<std::size_t>(count), bytes.file.size() - bytes.at);
    if (skipped == 0 && count != 0) return -1;
    bytes.at += skipped;
    return static_cast<OPJ_OFF_T>(skipped);
  }
  static OPJ_BOOL seek(OPJ_OFF_T to, void* self) {
    auto& bytes = *static_cast<Bytes*>(self);
    if (to < 0 || static_cast<std::size_t>(to) > bytes.file.size()) return OPJ_FALSE;
    bytes.at = static_cast<std::size_t>(to);
    return OPJ_TRUE;
  }
};

class Jp2Decoder final : public StillDecoder {
 public:
  explicit Jp2Decoder(const DecodeContext& context)
      : StillDecoder(context, "JPEG 2000"), levels_(context.options.choice("shrink")) {}

  Picture header() override {
    const std::uint64_t start = source_.position();
    bytes_.file = read_whole(source_, "a JPEG 2000 file");
    bytes_.file.resize(picture_bytes(bytes_.file));
    end_ = start + bytes_.file.size();
    open();
    check_parts();
    decode();  // palettes and kinds of components are known then
    choose_pixels();
    if (track_.pixels->planes > 1) check_planes();
    describe();
    Picture picture{.track = track_, .attachments = read_metadata(bytes_.file, left_out_)};
    bytes_.file = {};
    if (profile_ != 0 && model_ != Stored::Cmyk) {
      check_metadata(source_.name(), profile_, "JPEG 2000: a colour profile");
      picture.attachments.push_back(
          {"icc", std::string(reinterpret_cast<const char*>(image_->icc_profile_buf), profile_), 0});
    }
    return picture;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t whole = std::max(strip_alignment(track_), 1u);
    const std::uint32_t rows = std::min(std::max(at_most / whole * whole, whole), track_.height - row_);
    const PixelFormat& format = *track_.pixels;
    rows_.resize(strip_bytes(format, track_.width, rows));
    const Strip strip = packed_strip(format, track_.width, rows, rows_.data());
    const std::uint32_t first = row_;
    for (int p = 0; p < format.planes; ++p) {
      const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
      const std::uint32_t above = plane_rows(format, p, first);
      for (std::uint32_t y = 0; y < plane.rows; ++y) {
        if (format.planes > 1) {
          put(static_cast<std::size_t>(p), above + y, plane.row<std::byte>(y), plane.width, 1);
        } else {
          put_pixels(first + y, plane.row<std::byte>(y));
        }
      }
    }
    return next_strip(rows, rows_.data(), damaged_);
  }

  void end() override { source_.seek(end_); }

 private:
  enum class Stored { Gray, Rgb, Ycc, Cmyk };

  static void keep_message(const char* text, void* self) {
    auto& decoder = *static_cast<Jp2Decoder*>(self);
    if (!decoder.message_.empty()) return;
    decoder.message_ = text;
    while (decoder.message_.ends_with('\n') || decoder.message_.ends_with('.') || decoder.message_.ends_with(' '))
      decoder.message_.pop_back();
    decoder.message_ = printable(decoder.message_, 200);
  }

  void check(bool good, const char* what) {
    if (good) return;
    fail(message_.empty() ? what : message_);
  }

  void open() {
    const bool boxed = bytes_.file.size() > 4 && bytes_.file[0] == std::byte{0};
    codec_.reset(opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
    stream_.reset(opj_stream_default_create(OPJ_TRUE));
    if (codec_ == nullptr || stream_ == nullptr) fail("no memory", Status::Resources);
    opj_stream_set_user_data(stream_.get(), &bytes_, nullptr);
    opj_stream_set_user_data_length(stream_.get(), bytes_.file.size());
    opj_stream_set_read_function(stream_.get(), Bytes::read);
    opj_stream_set_skip_function(stream_.get(), Bytes::skip);
    opj_stream_set_seek_function(stream_.get(), Bytes::seek);
    opj_set_error_handler(codec_.get(), keep_message, this);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    check(opj_setup_decoder(codec_.get(), &parameters) != OPJ_FALSE, "cannot be decoded");
    opj_decoder_set_strict_mode(codec_.get(), salvage_ ? OPJ_FALSE : OPJ_TRUE);
    opj_codec_set_threads(codec_.get(), static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u)));
    opj_image_t* image = nullptr;
    const bool good = opj_read_header(stream_.get(), codec_.get(), &image) != OPJ_FALSE;
    image_.reset(image);
    check(good && image != nullptr, "damaged header");
    choose_resolution();
  }

  void choose_resolution() {
    opj_codestream_info_v2_t* info = opj_get_cstr_info(codec_.get());
    if (info == nullptr) fail("damaged header");
    const OPJ_UINT32 resolutions =
        info->m_default_tile_info.tccp_info != nullptr ? info->m_default_tile_info.tccp_info[0].numresolutions : 1;
    tiles_ = std::to_string(info->tdx) + "x" + std::to_string(info->tdy);
    is_tiled_ = std::uint64_t{info->tw} * info->th > 1;
    resolutions_ = resolutions;
    opj_destroy_cstr_info(&info);
    if (levels_ == 0) return;
    if (levels_ >= resolutions) {
      throw Error(Status::Usage, source_.name() + ": JPEG 2000: it has " + std::to_string(resolutions) +
                                     " resolutions: shrink is " + std::to_string(1u << (resolutions - 1)) + " at most");
    }
    check(opj_set_decoded_resolution_factor(codec_.get(), static_cast<OPJ_UINT32>(levels_)) != OPJ_FALSE,
          "no such resolution");
  }

  // Sizes, before anything is decoded.
  void check_parts() {
    const opj_image_t& image = *image_;
    if (image.numcomps == 0 || image.x1 <= image.x0 || image.y1 <= image.y0) fail("a picture without size");
    const std::uint32_t width = image.x1 - image.x0, height = image.y1 - image.y0;
    const auto shrunk = [&](std::uint32_t size) {
      return static_cast<std::uint32_t>(((std::uint64_t{size} - 1) >> levels_) + 1);
    };
    check_pixels(source_.name(), shrunk(width), shrunk(height));
    track_.width = shrunk(width);
    track_.height = shrunk(height);
    for (OPJ_UINT32 i = 0; i < image.numcomps; ++i) {
      if (image.comps[i].prec == 0 || image.comps[i].prec > 31) fail("samples of over 31 bits");
      if (image.comps[i].dx == 0 || image.comps[i].dy == 0) fail("damaged header");
    }
    // Samples of 32 bits, and what the transforms of a tile take.
    const std::uint64_t samples = saturating_multiply(std::uint64_t{track_.width} * track_.height, image.numcomps);
    check_memory(source_.name(), saturating_multiply(samples, 8), "a JPEG 2000 frame");
  }

  void decode() {
    const bool good = opj_decode(codec_.get(), stream_.get(), image_.get()) != OPJ_FALSE;
    const bool ended = good && opj_end_decompress(codec_.get(), stream_.get()) != OPJ_FALSE;
    if (!good || !ended) {
      damage(message_.empty() ? "truncated" : message_, "it is decoded as far as it goes");
      damaged_ = true;
    }
    for (OPJ_UINT32 i = 0; i < image_->numcomps; ++i) {
      const opj_image_comp_t& part = image_->comps[i];
      if (part.data == nullptr || part.w == 0 || part.h == 0) fail("a component without samples");
      if (part.prec == 0 || part.prec > 31) fail("samples of over 31 bits");
    }
    codec_.reset();
    stream_.reset();
  }

  // Which components are colours and alpha, and what they become.
  void choose_pixels() {
    const opj_image_t& image = *image_;
    profile_ = image.icc_profile_buf != nullptr ? image.icc_profile_len : 0;
    if (image.icc_profile_buf != nullptr && profile_ == 0) fail("CIE Lab, which is not read");
    std::size_t alpha = image.numcomps;
    for (OPJ_UINT32 i = 0; i < image.numcomps; ++i) {
      if (image.comps[i].alpha != 0 && alpha == image.numcomps) {
        alpha = i;
      } else {
        parts_.push_back(i);
      }
    }
    const std::size_t colours = parts_.size();
    const bool ycc = image.color_space == OPJ_CLRSPC_SYCC || image.color_space == OPJ_CLRSPC_EYCC;
    const bool subsampled = colours >= 3 && image.comps[parts_[1]].dx > image.comps[parts_[0]].dx;
    model_ = image.color_space == OPJ_CLRSPC_CMYK && colours >= 4 ? Stored::Cmyk
             : colours < 3                                        ? Stored::Gray
             : ycc || subsampled                                  ? Stored::Ycc
                                                                  : Stored::Rgb;
    const std::size_t used = model_ == Stored::Cmyk ? 4 : model_ == Stored::Gray ? 1 : 3;
    if (colours == 0) fail("alpha without colours");
    if (colours > used)
      left_out_(std::to_string(colours - used) + (colours - used == 1 ? " extra component" : " extra components"),
                "only colours and alpha are read");
    parts_.resize(used);
    if (model_ == Stored::Cmyk) warn_("JPEG 2000: CMYK: converted to RGB, without its profile");
    const bool has_alpha = alpha < image.numcomps;
    if (has_alpha) parts_.push_back(alpha);
    for (const std::size_t part : parts_) bits_ = std::max(bits_, static_cast<int>(image.comps[part].prec));
    set_track(has_alpha, has_alpha && image.comps[alpha].alpha == 2);
  }

  void set_track(bool alpha, bool premultiplied) {
    const bool wide = bits_ > 8, gray = model_ == Stored::Gray;
    track_.color = {.primaries = profile_ != 0 ? 2 : 1,
                    .transfer = profile_ != 0 ? 2 : 13,
                    .matrix = gray ? 2 : 0,
                    .range = Range::Full,
                    .chroma = Chroma::Unknown};
    std::string name = gray ? (wide ? (alpha ? "ya16le" : "gray16le") : (alpha ? "ya8" : "gray"))
                            : (wide ? (alpha ? "rgba64le" : "rgb48le") : (alpha ? "rgba" : "rgb24"));
    if (model_ == Stored::Ycc) {
      const opj_image_comp_t& chroma = image_->comps[parts_[1]];
      const std::string layout = chroma.dy == 2 ? "420p" : chroma.dx == 2 ? "422p" : "444p";
      name = (alpha ? "yuva" : "yuv") + layout + (bits_ == 8 ? "" : std::to_string(bits_) + "le");
      if (chroma.dx > 2 || chroma.dy > 2 || find_pixel_format(name) == nullptr)
        fail("chroma of " + std::to_string(bits_) + " bits and " + std::to_string(chroma.dx) + "x" +
             std::to_string(chroma.dy) + " pixels, which is not read");
      track_.color.matrix = 6;
    }
    track_.pixels = &pixel_format(name);
    if (bits_ != 8 && bits_ != 16 && track_.pixels->bits != bits_ && bits_ < 16) track_.bits = bits_;
    track_.alpha = !alpha ? Alpha::None : premultiplied ? Alpha::Premultiplied : Alpha::Straight;
  }

  void check_planes() const {
    for (int p = 0; p < track_.pixels->planes; ++p) {
      const opj_image_comp_t& part = image_->comps[parts_[static_cast<std::size_t>(p)]];
      if (part.w != plane_width(*track_.pixels, p, track_.width) ||
          part.h != plane_rows(*track_.pixels, p, track_.height))
        fail("chroma that does not lie on the pixels");
    }
  }

  void describe() {
    Json meta{{"format", "JPEG 2000"}, {"bits", bits_}, {"resolutions", resolutions_}};
    if (is_tiled_) meta["tiles"] = tiles_;
    if (model_ == Stored::Cmyk) meta["converted_from"] = "CMYK";
    track_.rest = write_json(Json{{"meta", meta}});
  }

  // ---- Samples ----

  // Return a sample of 0 to `full`.
  [[nodiscard]] static std::uint32_t sample(const opj_image_comp_t& part, std::size_t at, std::uint32_t full) {
    const std::int64_t most = (std::int64_t{1} << part.prec) - 1;
    const std::int64_t value = part.data[at] + (part.sgnd != 0 ? std::int64_t{1} << (part.prec - 1) : 0);
    const std::int64_t inside = std::clamp<std::int64_t>(value, 0, most);
    return most == full ? static_cast<std::uint32_t>(inside)
                        : static_cast<std::uint32_t>((inside * full + most / 2) / most);
  }

  // Put a row of a component where every `step`-th sample is.
  void put(std::size_t index, std::uint32_t y, std::byte* to, std::size_t width, std::size_t step) const {
    const opj_image_comp_t& part = image_->comps[parts_[index]];
    const PixelFormat& format = *track_.pixels;
    const auto full = static_cast<std::uint32_t>((std::uint64_t{1} << format.bits) - 1);
    // A component of another size than the picture's has each sample several times.
    const std::size_t row =
        format.planes > 1 ? y : std::min<std::size_t>(std::size_t{y} * part.h / track_.height, part.h - 1);
    const std::size_t start = row * part.w;
    const bool same = width == part.w;
    for (std::size_t x = 0; x < width; ++x) {
      const std::uint32_t value =
          sample(part, start + (same ? x : std::min<std::size_t>(x * part.w / width, part.w - 1)), full);
      if (format.sample == Sample::U8) {
        to[x * step] = static_cast<std::byte>(value);
      } else {
        store_le(to + x * step * 2, static_cast<std::uint16_t>(value));
      }
    }
  }

  void put_pixels(std::uint32_t y, std::byte* to) {
    const PixelFormat& format = *track_.pixels;
    const auto components = static_cast<std::size_t>(format.components);
    const auto size = static_cast<std::size_t>(format.sample_bytes());
    for (std::size_t c = 0; c < components; ++c) {
      const std::size_t part = model_ == Stored::Cmyk && c == 3 ? 4 : c;
      put(part, y, to + c * size, track_.width, components);
    }
    if (model_ == Stored::Cmyk) take_ink(y, to, components, size);
  }

  // From cyan, magenta, yellow and black to what they leave of white.
  void take_ink(std::uint32_t y, std::byte* to, std::size_t components, std::size_t size) {
    const std::uint64_t full = size == 1 ? 255 : 65535;
    black_.resize(track_.width * size);
    put(3, y, black_.data(), track_.width, 1);
    const auto get = [&](const std::byte* at) {
      return size == 1 ? std::to_integer<std::uint64_t>(*at) : std::uint64_t{load_le<std::uint16_t>(at)};
    };
    for (std::size_t x = 0; x < track_.width; ++x, to += components * size) {
      const std::uint64_t light = full - get(black_.data() + x * size);
      for (std::size_t c = 0; c < 3; ++c) {
        const std::uint64_t value = ((full - get(to + c * size)) * light + full / 2) / full;
        if (size == 1) {
          to[c] = static_cast<std::byte>(value);
        } else {
          store_le(to + c * 2, static_cast<std::uint16_t>(value));
        }
      }
    }
  }

  std::size_t levels_;  // to leave out
  Bytes bytes_;
  Codec codec_;
  Stream stream_;
  Image image_;
  std::string message_, tiles_;
  std::uint64_t end_ = 0;  // of the file, in the source
  bool is_tiled_ = false, damaged_ = false;
  std::uint32_t resolutions_ = 1, profile_ = 0;
  Stored model_ = Stored::Gray;
  std::vector<std::size_t> parts_;  // components: colours, then alpha
  int bits_ = 1;
  std::vector<std::byte> rows_, black_;
};

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<Jp2Decoder>(context); }

}  // namespace

}  // namespace jp2

extern const Format jp2_format;
const Format jp2_format{
    .info = jp2_info,
    .decoder = jp2::make_decoder,
    .encoder = nullptr,
    .intact_part = nullptr,
};

}  // namespace sl
