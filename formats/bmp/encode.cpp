// BMP out: one bit, gray with a palette, 24 bits, and 32 bits with alpha. The plainest header that says all is written.
//
// Rows are written from bottom to top, as most readers expect. In a file that can be changed each goes to its place at
// once; what goes into a pipe is kept until it is complete.

#include <algorithm>
#include <cstring>
#include <string>

#include "formats/bmp/bmp.h"
#include "formats/picture.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"
#include "libcore/pixels/format_choice.h"

namespace sl::bmp {

namespace {

constexpr std::uint32_t file_header = 14, info_header = 40, v5_header = 124;

class BmpEncoder final : public Encoder {
 public:
  explicit BmpEncoder(const EncodeContext& context) : target_(context.target), bits_(context.options.text("bits")) {}

  Track accept(const Track& offered) override {
    if (bits_ == "1") {
      Track track = nearest(offered, {"gray"});
      track.bits = 1;
      return track;
    }
    return nearest(offered, {"gray", "rgb24", "rgba"});
  }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    for (const Attachment& attachment : picture.attachments) {
      if (attachment.name == "icc") profile_ = attachment.bytes;
    }
    const bool gray = track_.pixels->model == Model::Gray;
    bits_of_pixel_ = bits_ == "1" ? 1 : gray ? 8 : track_.pixels->alpha ? 32 : 24;
    row_ = (std::uint64_t{track_.width} * bits_of_pixel_ + 31) / 32 * 4;
    const std::uint64_t pixels = saturating_multiply(row_, track_.height);
    if (pixels + profile_.size() > 0xfffff000) {
      throw Error(Status::Data, target_.name() + ": BMP: " + std::to_string(track_.width) + "x" +
                                    std::to_string(track_.height) + " pixels take more than 4 GB");
    }
    in_place_ = target_.can_rewrite();
    check_memory(target_.name(), in_place_ ? row_ * strip_rows(track_) : pixels,
                 "a BMP frame, whose rows run from bottom to top");
    write_header(pixels);
    start_ = target_.position();
    if (in_place_) {
      target_.flush();
    } else {
      frame_.resize(static_cast<std::size_t>(pixels));
    }
  }

  void begin_frame(const Frame& /*frame*/) override {}

  void write_rows(const Strip& strip) override {
    if (in_place_) frame_.assign(static_cast<std::size_t>(row_ * strip.rows), std::byte{0});
    const std::uint32_t last = strip.first + strip.rows;  // lowest of these rows, plus 1
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      const std::uint64_t place = in_place_ ? strip.rows - 1 - y : track_.height - 1 - strip.first - y;
      write_row(strip.planes[0].row<std::uint8_t>(y), reinterpret_cast<std::uint8_t*>(frame_.data()) + place * row_);
    }
    if (in_place_) target_.write_at(start_ + (track_.height - last) * row_, frame_);
  }

  void end_frame() override {
    if (!in_place_) target_.write(std::span<const std::byte>(frame_));
  }
  void flush() override {}
  void finish() override { target_.write(std::as_bytes(std::span(profile_))); }

 private:
  void write_header(std::uint64_t pixels) {
    const bool alpha = track_.pixels->alpha, is_long = alpha || !profile_.empty();
    const std::uint32_t header = is_long ? v5_header : info_header;
    const std::uint32_t colours = bits_of_pixel_ <= 8 ? 1u << bits_of_pixel_ : 0;
    const std::uint32_t start = file_header + header + colours * 4;
    std::string bytes(start, '\0');
    char* const info = bytes.data() + file_header;
    bytes[0] = 'B';
    bytes[1] = 'M';
    store_le(bytes.data() + 2, static_cast<std::uint32_t>(start + pixels + profile_.size()));
    store_le(bytes.data() + 10, start);
    store_le(info, header);
    store_le(info + 4, track_.width);
    store_le(info + 8, track_.height);
    store_le(info + 12, std::uint16_t{1});
    store_le(info + 14, static_cast<std::uint16_t>(bits_of_pixel_));
    store_le(info + 16, std::uint32_t{alpha ? 3u : 0u});
    store_le(info + 20, static_cast<std::uint32_t>(pixels));
    if (const auto density = density_of(track_)) {
      const Density metre = density->in(Density::Unit::Metre);
      store_le(info + 24, static_cast<std::int32_t>(std::clamp(metre.x + 0.5, 0.0, 2e9)));
      store_le(info + 28, static_cast<std::int32_t>(std::clamp(metre.y + 0.5, 0.0, 2e9)));
    }
    store_le(info + 32, colours);
    if (is_long) {
      constexpr std::uint32_t srgb = 0x73524742, embedded = 0x4d424544, pictures = 4;
      if (alpha) {
        constexpr std::uint32_t masks[] = {0xff0000, 0xff00, 0xff, 0xff000000};
        for (std::size_t i = 0; i < 4; ++i) store_le(info + 40 + i * 4, masks[i]);
      }
      store_le(info + 56, profile_.empty() ? srgb : embedded);
      store_le(info + 108, pictures);  // the intent
      if (!profile_.empty()) {
        store_le(info + 112, static_cast<std::uint32_t>(header + colours * 4 + pixels));
        store_le(info + 116, static_cast<std::uint32_t>(profile_.size()));
      }
    }
    for (std::uint32_t i = 0; i < colours; ++i) {
      char* const colour = info + header + i * 4;
      std::fill(colour, colour + 3, static_cast<char>(i * 255 / (colours - 1)));
    }
    target_.write(std::as_bytes(std::span(bytes)));
  }

  void write_row(const std::uint8_t* from, std::uint8_t* to) const {
    const std::size_t width = track_.width;
    switch (bits_of_pixel_) {
      case 1:
        for (std::size_t x = 0; x < width; ++x) to[x / 8] |= static_cast<std::uint8_t>((from[x] >> 7) << (7 - x % 8));
        break;
      case 8:
        std::memcpy(to, from, width);
        break;
      case 24:
        for (std::size_t x = 0; x < width; ++x, from += 3, to += 3) {
          to[0] = from[2];
          to[1] = from[1];
          to[2] = from[0];
        }
        break;
      default:
        for (std::size_t x = 0; x < width; ++x, from += 4, to += 4) {
          to[0] = from[2];
          to[1] = from[1];
          to[2] = from[0];
          to[3] = from[3];
        }
    }
  }

  Target& target_;
  std::string bits_, profile_;
  Track track_;
  unsigned bits_of_pixel_ = 24;
  std::uint64_t row_ = 0, start_ = 0;
  bool in_place_ = false;
  std::vector<std::byte> frame_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<BmpEncoder>(context); }

}  // namespace sl::bmp
