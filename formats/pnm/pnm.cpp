// The PNM family: PBM, PGM, PPM, PAM and PFM; and writing them. https://netpbm.sourceforge.net/doc/
//
// Rows are written at once. Those of PFM run from bottom to top: in a file each gets its place, for a pipe the whole
// frame is kept.

#include "formats/pnm/pnm.h"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>

#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/bytes/spilled_memory.h"
#include "libcore/pixels/format_choice.h"

namespace sl {

namespace {

class PnmEncoder final : public Encoder {
 public:
  explicit PnmEncoder(const EncodeContext& context)
      : target_(context.target),
        left_out_(context.left_out),
        spill_(context.spill),
        variant_(context.options.text("variant")),
        ascii_(context.options.flag("ascii")) {
    if (ascii_ && (variant_ == "pam" || variant_ == "pfm")) {
      throw Error(Status::Usage, std::string(variant_ == "pam" ? "PAM" : "PFM") + " has no ASCII form");
    }
  }

  Track accept(const Track& offered) override {
    const bool real = variant_ == "auto" && !ascii_ && offered.pixels->sample == Sample::F32;
    if (real || variant_ == "pfm") return nearest(offered, {"grayf32le", "rgbf32le"});
    if (variant_ == "pbm") return nearest(offered, {"gray"});
    if (variant_ == "pgm") return nearest(offered, {"gray", "gray16le"});
    if (variant_ == "ppm") return nearest(offered, {"rgb24", "rgb48le"});
    if (ascii_) return nearest(offered, {"gray", "rgb24", "gray16le", "rgb48le"});
    return nearest(offered, {"gray", "ya8", "rgb24", "rgba", "gray16le", "ya16le", "rgb48le", "rgba64le"});
  }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    for (const auto& [keyword, text] : texts_of(picture)) {
      if (keyword != comment_keyword) continue;
      comments_ = "# " + text + "\n";
      for (std::size_t at = comments_.find('\n'); at + 1 < comments_.size(); at = comments_.find('\n', at + 1)) {
        comments_.insert(at + 1, "# ");
      }
      std::ranges::replace(comments_, '\r', ' ');
    }
    if (track_.pixels->sample == Sample::F32 && !comments_.empty()) left_out_("the comment", "PFM has no place for it");
    row_bytes_ = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    row_samples_ = static_cast<std::size_t>(plane_width(*track_.pixels, 0, track_.width));
    in_place_ = track_.pixels->sample == Sample::F32 && target_.can_rewrite();
    if (track_.pixels->sample == Sample::F32 && !in_place_) {
      constexpr std::string_view purpose = "a PFM frame, whose rows run from bottom to top";
      const std::uint64_t bytes = saturating_multiply(row_bytes_, track_.height);
      if (spill_ == nullptr) check_memory(target_.name(), bytes, purpose);
      whole_ = spill_ != nullptr ? spill_->take(static_cast<std::size_t>(bytes), purpose)
                                 : std::make_shared<std::byte[]>(static_cast<std::size_t>(bytes));
    }
  }

  void begin_frame(const Frame& /*frame*/) override {
    const PixelFormat& format = *track_.pixels;
    const std::string size = std::to_string(track_.width) + ' ' + std::to_string(track_.height) + '\n',
                      start = comments_ + size;
    const std::string maximum = format.sample == Sample::U8 ? "255\n" : "65535\n";
    const bool gray = format.model == Model::Gray;
    if (format.sample == Sample::F32) {
      put((gray ? "Pf\n" : "PF\n") + size + "-1.0\n");
      start_ = target_.position();
      if (in_place_) target_.flush();
    } else if (variant_ == "pam" || format.alpha) {
      put("P7\n" + comments_ + "WIDTH " + std::to_string(track_.width) + "\nHEIGHT " + std::to_string(track_.height) +
          "\nDEPTH " + std::to_string(format.components) + "\nMAXVAL " + maximum + "TUPLTYPE " +
          (gray ? "GRAYSCALE" : "RGB") + (format.alpha ? "_ALPHA" : "") + "\nENDHDR\n");
    } else if (variant_ == "pbm") {
      put((ascii_ ? "P1\n" : "P4\n") + start);
    } else {
      put(std::string(1, 'P') + static_cast<char>((gray ? '2' : '3') + (ascii_ ? 0 : 3)) + '\n' + start + maximum);
    }
  }

  void write_rows(const Strip& strip) override {
    const Plane& plane = strip.planes[0];
    const bool bits = variant_ == "pbm";
    if (track_.pixels->sample == Sample::F32) {
      const std::uint64_t below = track_.height - strip.first - strip.rows;  // rows
      if (in_place_) band_.resize(row_bytes_ * strip.rows);
      std::byte* const lowest = in_place_ ? band_.data() : whole_.get() + below * row_bytes_;
      for (std::uint32_t y = 0; y < strip.rows; ++y) {
        std::memcpy(lowest + (strip.rows - 1 - y) * row_bytes_, plane.row<std::byte>(y), row_bytes_);
      }
      if (in_place_) target_.write_at(start_ + below * row_bytes_, band_);
    } else if (!ascii_ && !bits && track_.pixels->sample == Sample::U8 && plane.stride == row_bytes_) {
      put_rows(plane.data, row_bytes_ * strip.rows);
    } else {
      for (std::uint32_t y = 0; y < strip.rows; ++y) {
        if (ascii_) {
          write_text(plane, y);
        } else if (bits) {
          write_bits(plane.row<std::uint8_t>(y));
        } else if (track_.pixels->sample == Sample::U8) {
          put_rows(plane.row<std::byte>(y), row_bytes_);
        } else {
          write_wide(plane.row<std::uint16_t>(y));
        }
      }
    }
  }

  void end_frame() override {
    if (whole_ != nullptr) put_rows(whole_.get(), row_bytes_ * track_.height);
  }
  void flush() override { target_.flush(); }
  void finish() override {}

 private:
  void put(std::string_view text) { target_.write(std::as_bytes(std::span(text))); }

  // Large pieces leave without being copied.
  void put_rows(std::byte* data, std::size_t size) {
    if (size == 0) return;
    iovec piece{data, size};
    target_.write({&piece, 1});
  }

  void write_bits(const std::uint8_t* row) {
    packed_.assign((row_samples_ + 7) / 8, std::byte{0});
    for (std::size_t x = 0; x < row_samples_; ++x) {
      if (row[x] < 128) packed_[x / 8] |= std::byte{0x80} >> (x % 8);
    }
    target_.write(packed_);
  }

  void write_wide(const std::uint16_t* row) {
    swapped_.resize(row_samples_);
    swap_bytes(row, swapped_.data(), row_samples_);
    target_.write(std::as_bytes(std::span(swapped_)));
  }

  // Every row begins a line, and lines end before 70 characters, as the specification asks.
  void write_text(const Plane& plane, std::uint32_t y) {
    text_.clear();
    std::size_t line = 0;
    for (std::size_t x = 0; x < row_samples_; ++x) {
      unsigned value =
          track_.pixels->sample == Sample::U8 ? plane.row<std::uint8_t>(y)[x] : plane.row<std::uint16_t>(y)[x];
      if (variant_ == "pbm") value = value < 128 ? 1 : 0;
      std::array<char, 8> digits;
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
      const auto length = static_cast<std::size_t>(end - digits.data());
      if (x != 0) {
        const bool full = line + 1 + length > 69;
        text_ += full ? '\n' : ' ';
        line = full ? 0 : line + 1;
      }
      text_.append(digits.data(), length);
      line += length;
    }
    text_ += '\n';
    put(text_);
  }

  Target& target_;
  LeftOut left_out_;
  SpilledMemory* spill_;
  std::string variant_;
  bool ascii_;
  bool in_place_ = false;    // PFM: rows are written to their place in the file
  std::uint64_t start_ = 0;  // of the rows
  Track track_;
  std::size_t row_bytes_ = 0, row_samples_ = 0;
  std::shared_ptr<std::byte[]> whole_;  // PFM for a pipe
  std::vector<std::byte> band_, packed_;
  std::vector<std::uint16_t> swapped_;
  std::string text_, comments_;
};

}  // namespace

std::unique_ptr<Encoder> make_pnm_encoder(const EncodeContext& context) {
  return std::make_unique<PnmEncoder>(context);
}

extern const Format pnm_format;
const Format pnm_format{
    .info = pnm_info,
    .decoder = make_pnm_decoder,
    .encoder = make_pnm_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
