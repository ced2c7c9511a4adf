// TGA in: palettes, colours of 15, 16, 24 and 32 bits, gray with and without alpha; run lengths; all four origins.

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "formats/byte_reader.h"
#include "formats/picture.h"
#include "formats/row_decoder.h"
#include "formats/tga/tga.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl::tga {

namespace {

constexpr std::uint16_t extension_bytes = 495;

class TgaDecoder final : public RowDecoder {
 public:
  explicit TgaDecoder(const DecodeContext& context) : RowDecoder(context, "TGA"), start_(source_.position()) {}

  Picture header() override {
    const auto header = parse_header(source_.peek(header_bytes));
    if (!header) fail("no header of a TGA");
    header_ = *header;
    source_.consume(header_bytes);
    if (source_.skip(header_.id_bytes) < header_.id_bytes) fail("truncated in the header");
    read_map();
    track_.width = header_.width;
    track_.height = header_.height;
    track_.pixels = &pixel_format(pixels_name());
    track_.color.matrix = track_.pixels->model == Model::Gray ? 2 : 0;
    track_.color.range = Range::Full;
    track_.alpha = track_.pixels->alpha ? Alpha::Straight : Alpha::None;
    if (track_.pixels->alpha && is_premultiplied()) track_.alpha = Alpha::Premultiplied;
    Json meta{{"format", "TGA"}, {"bits", header_.bits}};
    if (header_.runs) meta["compression"] = "run lengths";
    track_.rest = write_json(Json{{"meta", meta}});
    bytes_ = (header_.bits + 7) / 8;
    coded_.resize(std::size_t{track_.width} * bytes_);
    begin_rows(std::uint64_t{track_.width} * (bytes_ + 1), !header_.from_top);
    Picture picture;
    picture.track = track_;
    return picture;
  }

 private:
  // A colour as the file has it, of the palette or of a pixel.
  struct Colour {
    std::uint8_t r = 0, g = 0, b = 0, a = 255;
  };

  static Colour colour_of(const std::byte* at, unsigned bits, bool alpha) {
    const auto sample = [at](std::size_t i) { return std::to_integer<std::uint8_t>(at[i]); };
    if (bits >= 24) return {sample(2), sample(1), sample(0), alpha && bits == 32 ? sample(3) : std::uint8_t{255}};
    const unsigned value = load_le<std::uint16_t>(at);
    const auto five = [value](unsigned shift) {
      return static_cast<std::uint8_t>(((value >> shift & 31) * 510 + 31) / 62);
    };
    return {five(10), five(5), five(0), static_cast<std::uint8_t>(alpha && (value & 0x8000) == 0 ? 0 : 255)};
  }

  // Bits of attributes that no header promises are no alpha: old writers left anything there.
  [[nodiscard]] bool has_alpha() const {
    if (header_.kind == 1) return header_.map_bits == 32 && header_.alpha_bits > 0;
    if (header_.kind == 3) return header_.bits == 16;
    return header_.alpha_bits > 0 && (header_.bits == 32 || header_.bits == 16);
  }

  [[nodiscard]] std::string_view pixels_name() const {
    const bool alpha = has_alpha();
    if (header_.kind == 3) return alpha ? "ya8" : "gray";
    return alpha ? "rgba" : "rgb24";
  }

  void read_map() {
    if (!header_.has_map) return;
    const std::size_t entry = (header_.map_bits + 7) / 8;
    std::vector<std::byte> bytes(header_.map_count * entry);
    if (source_.read_all(bytes) < bytes.size()) fail("truncated in the palette");
    if (header_.kind != 1) return;
    map_.resize(header_.map_first + header_.map_count);
    for (std::size_t i = 0; i < header_.map_count; ++i)
      map_[header_.map_first + i] = colour_of(bytes.data() + i * entry, header_.map_bits, header_.alpha_bits > 0);
  }

  void read_row(std::byte* row) override {
    if (header_.runs) {
      read_runs();
    } else if (source_.read_all(coded_) < coded_.size()) {
      throw Error(Status::Data, "truncated");
    }
    auto* const to = reinterpret_cast<std::uint8_t*>(row);
    const auto size = static_cast<std::size_t>(track_.pixels->components);
    for (std::uint32_t x = 0; x < track_.width; ++x) {
      const std::byte* const from = coded_.data() + std::size_t{x} * bytes_;
      std::uint8_t* const pixel = to + (header_.from_right ? track_.width - 1 - x : x) * size;
      if (header_.kind == 3) {
        std::memcpy(pixel, from, size);
        continue;
      }
      Colour colour;
      if (header_.kind == 1) {
        const std::size_t index = bytes_ == 1 ? std::to_integer<std::size_t>(*from) : load_le<std::uint16_t>(from);
        if (index >= map_.size()) throw Error(Status::Data, "a colour outside the palette");
        colour = map_[index];
      } else {
        colour = colour_of(from, header_.bits, size == 4);
      }
      pixel[0] = colour.r;
      pixel[1] = colour.g;
      pixel[2] = colour.b;
      if (size == 4) pixel[3] = colour.a;
    }
  }

  // Packets of old writers run over the ends of rows.
  void read_runs() {
    ByteReader in(source_);
    for (std::size_t x = 0; x < track_.width;) {
      if (left_ == 0) {
        const unsigned code = in.next();
        left_ = (code & 127) + 1;
        repeats_ = (code & 128) != 0;
        if (repeats_) in.read(std::span(repeated_).first(bytes_));
      }
      const std::size_t count = std::min<std::size_t>(left_, track_.width - x);
      std::byte* const to = coded_.data() + x * bytes_;
      if (repeats_) {
        for (std::size_t i = 0; i < count; ++i) std::memcpy(to + i * bytes_, repeated_.data(), bytes_);
      } else {
        in.read({to, count * bytes_});
      }
      left_ -= static_cast<unsigned>(count);
      x += count;
    }
  }

  // The extension at a file's end says so. A pipe shows it too late.
  [[nodiscard]] bool is_premultiplied() {
    const auto size = source_.size();
    if (!size || !source_.can_seek() || source_.is_remote() || *size < start_ + header_bytes + footer_bytes)
      return false;
    const std::uint64_t here = source_.position();
    std::array<std::byte, footer_bytes> footer{};
    source_.seek(*size - footer_bytes);
    bool premultiplied = false;
    constexpr std::uint64_t attributes_at = 494;
    const bool whole = source_.read_all(footer) == footer.size();
    const std::uint64_t extension = start_ + load_le<std::uint32_t>(footer.data());
    if (whole && std::memcmp(footer.data() + 8, signature.data(), signature.size()) == 0 && extension > start_ &&
        extension + extension_bytes <= *size) {
      source_.seek(extension + attributes_at);
      const auto kind = source_.peek(1);
      premultiplied = !kind.empty() && kind[0] == std::byte{4};
    }
    source_.seek(here);
    return premultiplied;
  }

  // Behind the footer: directly, or after the extension.
  void end() override {
    if (is_lost()) return;
    if (left_ > 0) damage("a run past the end of the picture");
    const auto ends = [](std::span<const std::byte> bytes) {
      return bytes.size() >= footer_bytes && std::memcmp(bytes.data() + 8, signature.data(), signature.size()) == 0;
    };
    if (ends(source_.peek(footer_bytes))) return source_.consume(footer_bytes);
    const auto size = source_.peek(2);
    if (size.size() < 2 || load_le<std::uint16_t>(size.data()) != extension_bytes) return;
    constexpr std::size_t most = 1 << 20;
    const auto rest = source_.peek(most);
    const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
    const std::size_t found = text.find(signature);
    if (found != std::string_view::npos) source_.consume(found + signature.size());
  }

  std::uint64_t start_;
  Header header_;
  std::vector<Colour> map_;
  std::size_t bytes_ = 1;  // of a pixel in the file
  std::vector<std::byte> coded_;
  std::array<std::byte, 4> repeated_{};
  unsigned left_ = 0;  // pixels of the packet in progress
  bool repeats_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<TgaDecoder>(context); }

}  // namespace sl::tga
