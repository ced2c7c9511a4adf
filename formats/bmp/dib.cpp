// Headers of bitmaps.

#include "formats/bmp/dib.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "libcore/base/endian.h"
#include "libcore/base/limits.h"

namespace sl::bmp {

namespace {

// Values of biCompression. 3 and 4 mean others in a header of OS/2.
enum : std::uint32_t { Rgb, Rle8, Rle4, Fields, Jpeg, Png, AlphaFields };
constexpr std::uint32_t os2_huffman = 3, os2_rle24 = 4;
constexpr std::uint32_t core_header = 12, info_header = 40, os2_header = 64, v4_header = 108, v5_header = 124;

std::string_view name_of_header(std::uint32_t bytes) {
  switch (bytes) {
    case core_header:
      return "BITMAPCOREHEADER";
    case info_header:
      return "BITMAPINFOHEADER";
    case 52:
      return "BITMAPV2INFOHEADER";
    case 56:
      return "BITMAPV3INFOHEADER";
    case v4_header:
      return "BITMAPV4HEADER";
    case v5_header:
      return "BITMAPV5HEADER";
    default:
      return bytes <= os2_header ? "OS22XBITMAPHEADER" : std::string_view();
  }
}

class DibReader {
 public:
  DibReader(Source& source, bool in_icon, std::uint64_t room, const Fail& fail)
      : source_(source), in_icon_(in_icon), room_(room), start_(source.position()), fail_(fail) {}

  Dib read() {
    const auto size = source_.peek(4);
    if (size.size() < 4) fail_("truncated in the header");
    bytes_ = load_le<std::uint32_t>(size.data());
    dib_.header = bytes_ == core_header || bytes_ >= 16 ? name_of_header(bytes_) : std::string_view();
    if (dib_.header.empty()) fail_("a header of " + std::to_string(bytes_) + " bytes");
    header_.resize(v5_header);  // fields that the header lacks are 0
    take({header_.data(), bytes_});
    bytes_ == core_header ? read_core() : read_info();
    if (dib_.width == 0 || dib_.height == 0)
      fail_(std::to_string(dib_.width) + "x" + std::to_string(dib_.height) + " pixels");
    read_fields();
    if (bytes_ >= v4_header) read_colours();
    if (dib_.bits <= 8) {
      read_palette();
    } else if (colours_used_ != 0 && room_ == 0) {  // a hint for displays of few colours
      skip(std::min<std::uint64_t>(colours_used_, 256) * 4);
    }
    return std::move(dib_);
  }

 private:
  template <class T>
  [[nodiscard]] T field(std::size_t at) const {
    return load_le<T>(header_.data() + at);
  }

  void take(std::span<std::byte> into) {
    if (source_.read_all(into) < into.size()) fail_("truncated in the header");
  }
  void skip(std::uint64_t bytes) {
    if (source_.skip(bytes) < bytes) fail_("truncated in the header");
  }

  void read_core() {
    dib_.width = field<std::uint16_t>(4);
    dib_.height = field<std::uint16_t>(6);
    if (in_icon_) dib_.height /= 2;
    dib_.bits = field<std::uint16_t>(10);
    set_coding(Rgb);
  }

  void read_info() {
    const auto width = field<std::int32_t>(4), height = field<std::int32_t>(8);
    if (width < 0 || height == std::numeric_limits<std::int32_t>::min()) fail_("a width of " + std::to_string(width));
    dib_.width = static_cast<std::uint32_t>(width);
    dib_.top_down = height < 0;
    dib_.height = static_cast<std::uint32_t>(height < 0 ? -height : height);
    if (in_icon_) dib_.height /= 2;
    dib_.bits = field<std::uint16_t>(14);
    dib_.pixels_per_metre_x = field<std::uint32_t>(24);
    dib_.pixels_per_metre_y = field<std::uint32_t>(28);
    colours_used_ = field<std::uint32_t>(32);
    set_coding(field<std::uint32_t>(16));
  }

  void set_coding(std::uint32_t compression) {
    const bool is_os2 = bytes_ == os2_header;
    const int bits = dib_.bits;
    const auto needs = [&](bool good) {
      if (!good) fail_("compression " + std::to_string(compression) + " with " + std::to_string(bits) + " bits");
    };
    if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
      fail_(bits == 64 ? "64 bits a pixel are not supported" : std::to_string(bits) + " bits a pixel");
    }
    if (is_os2 && compression == os2_huffman) fail_("Huffman coding of OS/2 is not supported");
    if (!is_os2 && compression == Jpeg) fail_("a JPEG inside, which is for printers, is not supported");
    if (!is_os2 && compression == Png) fail_("a PNG inside, which is for printers, is not supported");
    if (compression == Rle8) {
      needs(bits == 8);
      dib_.coding = Coding::Rle8;
    } else if (compression == Rle4) {
      needs(bits == 4);
      dib_.coding = Coding::Rle4;
    } else if (is_os2 && compression == os2_rle24) {
      needs(bits == 24);
      dib_.coding = Coding::Rle24;
    } else if (compression == Fields || compression == AlphaFields) {
      needs(bits == 16 || bits == 32);
      has_fields_ = true;
      has_alpha_field_ = compression == AlphaFields;
    } else if (compression != Rgb) {
      fail_("compression " + std::to_string(compression));
    }
    if (dib_.coding != Coding::Plain && dib_.top_down) fail_("run lengths from top to bottom");
  }

  void read_fields() {
    if (dib_.bits != 16 && dib_.bits < 24) return;
    std::array<std::uint32_t, 4> masks{0x7c00, 0x3e0, 0x1f, 0};
    if (dib_.bits != 16) masks = {0xff0000, 0xff00, 0xff, 0};
    if (has_fields_) {
      if (bytes_ == info_header) take({header_.data() + info_header, has_alpha_field_ ? 16u : 12u});
      for (std::size_t i = 0; i < 4; ++i) masks[i] = field<std::uint32_t>(info_header + i * 4);
    } else if (bytes_ >= v4_header && dib_.bits != 24) {
      masks[3] = field<std::uint32_t>(info_header + 12);  // of plain pixels too, as writers have it
    } else if (in_icon_ && dib_.bits == 32) {
      masks[3] = 0xff000000;
    }
    std::uint32_t all = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      Channel& channel = dib_.channels[i];
      channel.mask = masks[i];
      if (channel.mask == 0) continue;
      channel.shift = std::countr_zero(channel.mask);
      channel.bits = std::bit_width(channel.mask >> channel.shift);
      const bool has_holes = std::popcount(channel.mask) != channel.bits;
      const bool is_outside = dib_.bits == 16 && channel.mask > 0xffff;
      if (has_holes || is_outside || (all & channel.mask) != 0 || channel.bits > 16)
        fail_("masks of colours that cannot be");
      all |= channel.mask;
    }
    if ((all & ~dib_.channels[3].mask) == 0) fail_("masks of colours that cannot be");
  }

  void read_colours() {
    constexpr std::uint32_t srgb = 0x73524742, windows = 0x57696e20, embedded = 0x4d424544, linked = 0x4c494e4b;
    const auto kind = field<std::uint32_t>(56);
    if (kind == srgb || kind == windows) dib_.colours = Dib::Colours::Srgb;
    if (kind == 0) read_measured();
    if (bytes_ < v5_header || (kind != embedded && kind != linked)) return;
    dib_.colours = kind == embedded ? Dib::Colours::Profile : Dib::Colours::LinkedProfile;
    dib_.profile_at = field<std::uint32_t>(112);
    dib_.profile_bytes = field<std::uint32_t>(116);
  }

  // CIE X, Y and Z of red, green and blue, in 2.30; and exponents from codes to light, in 16.16.
  void read_measured() {
    std::array<double, 3> white{};
    for (std::size_t i = 0; i < 3; ++i) {
      std::array<double, 3> xyz{};
      for (std::size_t j = 0; j < 3; ++j) {
        xyz[j] = field<std::uint32_t>(60 + (i * 3 + j) * 4) / 1073741824.0;
        white[j] += xyz[j];
      }
      if (!put_chromaticity(xyz, i + 1)) return;
    }
    const double gamma = field<std::uint32_t>(100) / 65536.0;
    if (!put_chromaticity(white, 0) || gamma < 0.1 || gamma > 10) return;
    dib_.measured.gamma = gamma;
    dib_.colours = Dib::Colours::Measured;
  }

  bool put_chromaticity(const std::array<double, 3>& xyz, std::size_t place) {
    const double sum = xyz[0] + xyz[1] + xyz[2];
    if (sum <= 0 || xyz[1] <= 0) return false;
    dib_.measured.chromaticities[place * 2] = static_cast<std::int32_t>(xyz[0] / sum * 100000 + 0.5);
    dib_.measured.chromaticities[place * 2 + 1] = static_cast<std::int32_t>(xyz[1] / sum * 100000 + 0.5);
    return true;
  }

  // Colours are blue, green, red, and since Windows 3 a byte more. The pixels may begin before the palette would end.
  void read_palette() {
    const std::size_t entry = bytes_ == core_header ? 3 : 4, most = std::size_t{1} << dib_.bits;
    std::size_t count = colours_used_ == 0 ? most : std::min<std::size_t>(colours_used_, 1 << 16);
    if (room_ != 0) {
      const std::uint64_t used = source_.position() - start_;
      if (used > room_) fail_("the pixels begin inside the header");
      count = std::min<std::size_t>(count, static_cast<std::size_t>((room_ - used) / entry));
    }
    std::vector<std::byte> bytes(count * entry);
    take(bytes);
    dib_.palette.resize(std::min(count, most));
    for (std::size_t i = 0; i < dib_.palette.size(); ++i) {
      for (std::size_t c = 0; c < 3; ++c) dib_.palette[i][c] = std::to_integer<std::uint8_t>(bytes[i * entry + 2 - c]);
    }
    if (dib_.palette.empty()) fail_("no palette");
  }

  Source& source_;
  bool in_icon_;
  std::uint64_t room_, start_;
  const Fail& fail_;
  Dib dib_;
  std::uint32_t bytes_ = 0, colours_used_ = 0;
  bool has_fields_ = false, has_alpha_field_ = false;
  std::vector<std::byte> header_;
};

}  // namespace

const PixelFormat& Dib::pixels() const {
  if (bits <= 8) return pixel_format(has_gray_palette() ? "gray" : "rgb24");
  const bool wide = std::ranges::any_of(channels, [](const Channel& channel) { return channel.bits > 8; });
  const bool alpha = channels[3].bits != 0;
  return pixel_format(wide ? alpha ? "rgba64le" : "rgb48le" : alpha ? "rgba" : "rgb24");
}

bool Dib::has_gray_palette() const {
  return std::ranges::all_of(palette,
                             [](const auto& colour) { return colour[0] == colour[1] && colour[1] == colour[2]; });
}

Dib read_dib(Source& source, bool in_icon, std::uint64_t room, const Fail& fail) {
  return DibReader(source, in_icon, room, fail).read();
}

}  // namespace sl::bmp
