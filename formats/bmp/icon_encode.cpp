// ICO out: a picture, or the same one in several sizes. Below 256 pixels bitmaps, as old programs expect, else PNG.

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "formats/bmp/bmp.h"
#include "formats/picture.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/media/image.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/resample.h"

namespace sl {

extern const FormatInfo png_info;

namespace bmp {

namespace {

constexpr std::uint32_t largest = 256;

class IconEncoder final : public Encoder {
 public:
  explicit IconEncoder(const EncodeContext& context)
      : target_(context.target),
        sizes_(parse_icon_sizes("sizes", context.options.text("sizes"))),
        threads_(context.threads) {}

  Track accept(const Track& offered) override { return nearest(offered, {"rgba"}); }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    track_.alpha = Alpha::Straight;
    frame_ = Image(track_, target_.name(), "a picture for an icon");
  }

  void begin_frame(const Frame& /*frame*/) override {}
  void write_rows(const Strip& strip) override { frame_.put(strip); }

  void end_frame() override {
    if (sizes_.empty()) {
      const std::uint32_t side = std::max(track_.width, track_.height);
      add(side > largest ? fitted(largest) : Size{track_.width, track_.height});
    }
    for (const std::uint32_t side : sizes_) add_square(side);
  }

  void flush() override {}

  void finish() override {
    constexpr std::size_t header = 6, entry = 16;
    std::string directory(header + pictures_.size() * entry, '\0');
    store_le(directory.data() + 2, std::uint16_t{1});
    store_le(directory.data() + 4, static_cast<std::uint16_t>(pictures_.size()));
    std::size_t offset = directory.size();
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
      char* const at = directory.data() + header + i * entry;
      at[0] = static_cast<char>(pictures_[i].size.width % largest);
      at[1] = static_cast<char>(pictures_[i].size.height % largest);
      store_le(at + 4, std::uint16_t{1});
      store_le(at + 6, std::uint16_t{32});
      store_le(at + 8, static_cast<std::uint32_t>(pictures_[i].bytes.size()));
      store_le(at + 12, static_cast<std::uint32_t>(offset));
      offset += pictures_[i].bytes.size();
    }
    target_.write(std::as_bytes(std::span(directory)));
    for (const Coded& picture : pictures_) target_.write(std::as_bytes(std::span(picture.bytes)));
  }

 private:
  struct Coded {
    Size size;
    std::string bytes;
  };

  // The largest size of the picture's proportions in a square.
  [[nodiscard]] Size fitted(std::uint32_t side) const {
    const std::uint64_t w = track_.width, h = track_.height, most = std::max(w, h);
    const auto scaled = [&](std::uint64_t n) {
      return static_cast<std::uint32_t>(std::max<std::uint64_t>((n * side * 2 + most) / (most * 2), 1));
    };
    return {scaled(w), scaled(h)};
  }

  [[nodiscard]] Track track_of(const Size& size) const {
    Track track = track_;
    track.width = size.width;
    track.height = size.height;
    return track;
  }

  [[nodiscard]] Image resized(const Size& size) {
    Image image(track_of(size), target_.name(), "a picture of an icon");
    if (size.width == track_.width && size.height == track_.height) {
      copy_rows(frame_.strip(), image.strip());
      return image;
    }
    Track from = track_;
    from.orientation = 1;
    Resampler resampler(from, size, {.threads = threads_});
    Image copy(track_, target_.name(), "a picture of an icon");  // steps may change what they take
    copy_rows(frame_.strip(), copy.strip());
    Strip whole = copy.strip();
    whole.last = true;
    resampler.push(whole, [&](const Strip& rows) { image.put(rows); });
    return image;
  }

  void add(const Size& size) { code(size, resized(size).bytes()); }

  // The picture in the middle of a transparent square.
  void add_square(std::uint32_t side) {
    const Size size = fitted(side);
    const Image picture = resized(size);
    std::vector<std::byte> square(std::size_t{side} * side * 4);
    const std::size_t left = (side - size.width) / 2, top = (side - size.height) / 2;
    for (std::size_t y = 0; y < size.height; ++y)
      std::memcpy(square.data() + ((top + y) * side + left) * 4, picture.bytes().data() + y * size.width * 4,
                  std::size_t{size.width} * 4);
    code({side, side}, square);
  }

  void code(const Size& size, std::span<std::byte> pixels) {
    const bool large = std::max(size.width, size.height) >= largest;
    pictures_.push_back({size, large ? png(size, pixels) : bitmap(size, pixels)});
  }

  [[nodiscard]] std::string png(const Size& size, std::span<std::byte> pixels) const {
    std::string bytes;
    Target target = Target::callbacks(
        [&](std::span<const std::byte> piece) {
          bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        },
        [] {}, target_.name());
    const FormatOptions options(png_info.encode_options);
    Picture picture;
    picture.track = track_of(size);
    picture.track.rest.clear();
    const auto encoder = find_format(&png_info)->encoder({target, options, threads_});
    encoder->begin(picture);
    encoder->begin_frame({});
    Strip strip = packed_strip(*track_.pixels, size.width, size.height, pixels.data());
    strip.last = true;
    encoder->write_rows(strip);
    encoder->end_frame();
    encoder->finish();
    target.finish();
    return bytes;
  }

  // A header, rows of blue, green, red and alpha from bottom to top, and the mask of programs without alpha.
  static std::string bitmap(const Size& size, std::span<const std::byte> pixels) {
    constexpr std::size_t header = 40;
    const std::size_t row = std::size_t{size.width} * 4, mask_row = (std::size_t{size.width} + 31) / 32 * 4;
    std::string bytes(header + (row + mask_row) * size.height, '\0');
    store_le(bytes.data(), std::uint32_t{header});
    store_le(bytes.data() + 4, size.width);
    store_le(bytes.data() + 8, size.height * 2);
    store_le(bytes.data() + 12, std::uint16_t{1});
    store_le(bytes.data() + 14, std::uint16_t{32});
    for (std::size_t y = 0; y < size.height; ++y) {
      const std::size_t line = size.height - 1 - y;
      const auto* from = reinterpret_cast<const char*>(pixels.data()) + y * row;
      char* to = bytes.data() + header + line * row;
      char* const mask = bytes.data() + header + size.height * row + line * mask_row;
      for (std::size_t x = 0; x < size.width; ++x, from += 4, to += 4) {
        to[0] = from[2];
        to[1] = from[1];
        to[2] = from[0];
        to[3] = from[3];
        if (from[3] == 0) mask[x / 8] = static_cast<char>(mask[x / 8] | 0x80 >> x % 8);
      }
    }
    return bytes;
  }

  Target& target_;
  std::vector<std::uint32_t> sizes_;
  int threads_;
  Track track_;
  Image frame_;
  std::vector<Coded> pictures_;
};

}  // namespace

std::unique_ptr<Encoder> make_icon_encoder(const EncodeContext& context) {
  return std::make_unique<IconEncoder>(context);
}

}  // namespace bmp

}  // namespace sl
