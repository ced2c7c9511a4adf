// PNG in, by libpng, the pixels inflated by ISA-L and unfiltered here (png_inflate.h). https://www.w3.org/TR/png-3/
//
// Rows go from libpng straight into the strip that is handed on, in constant memory at any height; only an interlaced
// picture needs the whole frame, because its last pass touches every second row of it.

#include <png.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/picture.h"
#include "formats/png/describe.h"
#include "formats/png/inflate.h"
#include "formats/png/metadata.h"
#include "formats/png/png.h"
#include "formats/still_decoder.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"

namespace sl {

extern const Format png_format;

namespace {

constexpr int max_warnings = 10;
// libpng keeps these chunks unparsed for us; it knows some of them, but neither bounds their sum nor gives them in
// full.
constexpr std::string_view kept_chunks("cICP\0acTL\0tEXt\0zTXt\0iTXt\0eXIf\0", 30);
// Those that libpng reads, those of an animation, and one about the places of others (iDOT).
constexpr std::string_view read_chunks = "IHDR PLTE IDAT IEND tRNS cHRM gAMA sRGB sBIT bKGD pHYs fcTL fdAT iDOT";

class PngDecoder : public StillDecoder {
 public:
  explicit PngDecoder(const DecodeContext& context)
      : StillDecoder(context, "PNG"),
        input_(
            source_, salvage_, [this](std::string_view type, std::uint32_t length) { return on_chunk(type, length); },
            [this](const std::string& line) { on_damage(line); }) {}

  ~PngDecoder() override {
    if (png_ != nullptr) png_destroy_read_struct(&png_, &info_, nullptr);
  }

  Picture header() override {
    try {
      open();
      png_read_info(png_, info_);
      check_size();
      expand();
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      fail(error.what() + std::string(input_.truncated() ? " in the header" : ""));
    }
    const auto warn_some = [this](const std::string& line) { warn(line); };
    PngMetadata metadata(source_.name(), warn_some, left_out_);
    describe_png({png_, info_, depth_, color_type_, metadata_bytes_, source_.name(), warn_some, left_out_}, track_,
                 metadata);
    body_ = source_.position() - 8;
    looked_behind_ = input_.look_behind([&](std::string_view type, std::string_view data) {
      if (type != "acTL" && type != "cICP" && type != "iCCP") metadata.add(type, data);
    });
    in_header_ = false;
    Picture picture{track_, {}};
    metadata.put(picture);
    track_ = picture.track;
    return picture;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(at_most, track_.height - row_);
    if (passes_ > 1) {
      if (pixels_.empty()) read_interlaced();
      return next_strip(rows, pixels_.data() + row_ * row_bytes_, damaged_);
    }
    if (pixels_.size() < rows * row_bytes_) pixels_.resize(rows * row_bytes_);
    std::uint32_t done = 0;
    while (done < rows && !lost_) {
      const std::uint64_t needed = (std::uint64_t{row_} + done + 1) * input_row_;
      if (done > 0 && !input_.available(needed, row_ + done + 1 == track_.height)) break;
      try {
        png_read_row(png_, bytes(pixels_.data() + done * row_bytes_), nullptr);
        ++done;
      } catch (const Error& error) {
        // libpng counts a row when it is written: then only bytes after the last row are bad.
        const bool whole = png_get_current_row_number(png_) > row_ + done;
        if (whole) ++done;
        lose(error, row_ + done, "");
        damaged_ = damaged_ || whole;
      }
    }
    if (done > 0) return next_strip(done, pixels_.data(), damaged_);
    std::memset(pixels_.data(), 0, rows * row_bytes_);
    return next_strip(rows, pixels_.data(), true);
  }

 private:
  static png_bytep bytes(std::byte* data) { return reinterpret_cast<png_bytep>(data); }

  static PngDecoder& self(void* pointer) { return *static_cast<PngDecoder*>(pointer); }

  static void read(png_structp png, png_bytep into, std::size_t count) {
    PngDecoder& decoder = self(png_get_io_ptr(png));
    decoder.input_.read({reinterpret_cast<std::byte*>(into), count});
    if (decoder.ignores_checksums_ == decoder.input_.rewrapping()) return;
    decoder.ignores_checksums_ = !decoder.ignores_checksums_;
    decoder.set_checks();
  }

  [[noreturn]] static void on_error(png_structp, png_const_charp message) { throw Error(Status::Data, message); }

  static void on_warning(png_structp png, png_const_charp message) { self(png_get_error_ptr(png)).warn(message); }

  void open() {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) throw Error(Status::Resources, "PNG: no memory for a decoder");
    png_set_read_fn(png_, this, read);
    set_checks();
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_pixels rules
    png_set_chunk_malloc_max(png_, static_cast<png_alloc_size_t>(limits().metadata) + 1);
    png_set_compression_buffer_size(png_, (32 << 10) + 16);  // one of our IDATs at a time
    png_set_option(png_, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_ALWAYS, reinterpret_cast<png_const_bytep>(kept_chunks.data()),
                                static_cast<int>(kept_chunks.size() / 5));
  }

  // A wrong CRC is an error in critical chunks, others are left out with a warning (PNG-3 13.2). The CRCs of the IDATs
  // that we make ourselves are zeros.
  void set_checks() {
    png_set_crc_action(png_, ignores_checksums_ ? PNG_CRC_QUIET_USE : PNG_CRC_DEFAULT, PNG_CRC_WARN_DISCARD);
  }

  // Every chunk but the pixels, before memory is taken for it. Return whether it is kept here.
  bool on_chunk(std::string_view type, std::uint32_t length) {
    const bool kept = type == "iCCP" || kept_chunks.find(type) != std::string_view::npos;
    if (!kept) {
      const bool lost = read_chunks.find(type) == std::string_view::npos && lost_chunks_.size() < max_warnings;
      if (lost && lost_chunks_.emplace(type).second) left_out_("chunk " + printable(type), "it is not understood");
      return false;
    }
    check_metadata(source_.name(), metadata_bytes_ + length, "PNG: " + std::string(type));
    if (in_header_) metadata_bytes_ += length;
    return true;
  }

  void warn(const std::string& line) {
    if (warnings_++ < max_warnings) warn_("PNG: " + line);
  }

  // Something wrong with the pixels that salvaging passes over.
  void on_damage(const std::string& line) {
    warn(line);
    damaged_ = damaged_ || salvage_;
  }

  void check_size() {
    track_.width = png_get_image_width(png_, info_);
    track_.height = png_get_image_height(png_, info_);
    check_pixels(source_.name(), track_.width, track_.height);
    // libpng holds two rows, we one and a strip, whose height is not known yet.
    check_memory(source_.name(), saturating_multiply(track_.width, 4 * 8), "PNG: a row");
  }

  // To whole samples: palettes to RGB, fewer than 8 bits to 8, transparent colours to alpha, 16 bits to our byte order.
  void expand() {
    depth_ = png_get_bit_depth(png_, info_);
    color_type_ = png_get_color_type(png_, info_);
    png_set_expand(png_);
    if (depth_ == 16) png_set_swap(png_);
    const bool interlaced = png_get_interlace_type(png_, info_) != PNG_INTERLACE_NONE;
    const std::uint64_t raw_bits = std::uint64_t{png_get_channels(png_, info_)} * depth_;
    input_row_ = (track_.width * raw_bits + 7) / 8 + 1;
    if (!interlaced) {
      input_.expect(input_row_ * track_.height);
      input_.unfilter(static_cast<std::size_t>(input_row_ - 1), static_cast<std::size_t>((raw_bits + 7) / 8));
    }
    passes_ = png_set_interlace_handling(png_);
    png_set_option(png_, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
    png_read_update_info(png_, info_);
    static constexpr std::array<std::string_view, 8> names{"gray",     "ya8",    "rgb24",   "rgba",
                                                           "gray16le", "ya16le", "rgb48le", "rgba64le"};
    track_.pixels = &pixel_format(names[png_get_channels(png_, info_) - 1u + (depth_ == 16 ? 4 : 0)]);
    row_bytes_ = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    if (png_get_rowbytes(png_, info_) != row_bytes_) throw Error(Status::Bug, "PNG: libpng expands to another size");
    if (passes_ == 1) return;
    const std::uint64_t frame = saturating_multiply(row_bytes_, track_.height);
    check_memory(source_.name(), frame, "PNG: an interlaced picture, which is needed whole,");
  }

  void read_interlaced() {
    pixels_.resize(row_bytes_ * track_.height);
    for (int pass = 0; pass < passes_ && !lost_; ++pass) {
      for (std::uint32_t y = 0; y < track_.height && !lost_; ++y) {
        try {
          // In this argument libpng fills blocks with the passes so far: lost parts of a salvaged picture are coarse.
          png_read_row(png_, nullptr, bytes(pixels_.data() + y * row_bytes_));
        } catch (const Error& error) {
          lose(error, y, " in pass " + std::to_string(pass + 1) + " of " + std::to_string(passes_));
          damaged_ = true;
        }
      }
    }
  }

  // The pixels end here. Throws, if they are not to be salvaged.
  void lose(const Error& error, std::uint32_t row, const std::string& pass) {
    if (error.status() != Status::Data) throw error;
    damage(error.what() + row_place(input_.truncated() ? "after" : "at", row) + pass);
    lost_ = true;
  }

  // Up to the end of IEND, and not further; after damage to the next picture.
  void end() override {
    try {
      if (!lost_) png_read_end(png_, info_);
      report_behind();
    } catch (const Error& error) {
      lose(error, track_.height, "");
    }
    if (!lost_ && !damaged_) return;
    if (source_.can_return(body_)) source_.seek(body_);
    skip_damaged(source_, png_format);
  }

  // Of a pipe, what came after the pixels came too late.
  void report_behind() {
    png_unknown_chunkp chunks = nullptr;
    const int count = looked_behind_ ? 0 : png_get_unknown_chunks(png_, info_, &chunks);
    for (int i = 0; i < count; ++i) {
      const std::string type(reinterpret_cast<const char*>(chunks[i].name), 4);
      left_out_(type + " after the pixels", "a pipe shows it too late");
    }
  }

  std::uint64_t body_ = 0;                          // position of the first chunk of pixels
  std::set<std::string, std::less<>> lost_chunks_;  // reported
  PngInput input_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int depth_ = 0, color_type_ = 0, passes_ = 1, warnings_ = 0;
  std::size_t row_bytes_ = 0;
  std::uint64_t input_row_ = 0,
                metadata_bytes_ = 0;  // a row in the file, the filter's byte included; chunks kept so far
  std::vector<std::byte> pixels_;     // a strip, or the whole frame
  bool in_header_ = true, looked_behind_ = false, ignores_checksums_ = false;
  bool damaged_ = false;  // mark all further rows
  bool lost_ = false;     // nothing more can be read
};

}  // namespace

std::unique_ptr<Decoder> make_png_still_decoder(const DecodeContext& context) {
  return std::make_unique<PngDecoder>(context);
}

}  // namespace sl
