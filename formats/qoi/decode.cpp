// QOI in.

#include <algorithm>
#include <utility>

#include "formats/byte_reader.h"
#include "formats/picture.h"
#include "formats/qoi/qoi.h"
#include "formats/row_decoder.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"

namespace sl::qoi {

namespace {

class QoiDecoder final : public RowDecoder {
 public:
  explicit QoiDecoder(const DecodeContext& context) : RowDecoder(context, "QOI") {}

  Picture header() override {
    std::array<std::byte, header_bytes> head{};
    if (source_.read_all(head) < head.size()) fail("truncated in the header");
    track_.width = load_be<std::uint32_t>(head.data() + 4);
    track_.height = load_be<std::uint32_t>(head.data() + 8);
    if (track_.width == 0 || track_.height == 0 || track_.width > wire_limit::number ||
        track_.height > wire_limit::number) {
      fail(std::to_string(track_.width) + "x" + std::to_string(track_.height) + " pixels");
    }
    has_alpha_ = head[12] == std::byte{4};
    track_.pixels = &pixel_format(has_alpha_ ? "rgba" : "rgb24");
    constexpr int linear = 8, srgb = 13;
    track_.color = {
        .primaries = 1, .transfer = head[13] == std::byte{1} ? linear : srgb, .matrix = 0, .range = Range::Full};
    track_.alpha = has_alpha_ ? Alpha::Straight : Alpha::None;
    track_.rest = R"({"meta":{"format":"QOI"}})";
    begin_rows(std::uint64_t{track_.width} * 5);
    Picture picture;
    picture.track = track_;
    return picture;
  }

 private:
  void read_row(std::byte* row) override {
    ByteReader in(source_);
    auto* to = reinterpret_cast<std::uint8_t*>(row);
    for (std::uint32_t x = 0; x < track_.width; ++x) {
      if (run_ > 0) {
        --run_;
      } else {
        next_pixel(in);
      }
      *to++ = pixel_.r;
      *to++ = pixel_.g;
      *to++ = pixel_.b;
      if (has_alpha_) *to++ = pixel_.a;
    }
  }

  void next_pixel(ByteReader& in) {
    const unsigned code = in.next();
    const auto add = [](std::uint8_t& sample, unsigned difference) {
      sample = static_cast<std::uint8_t>(sample + difference);
    };
    const auto take = [&in](std::uint8_t& sample) { sample = static_cast<std::uint8_t>(in.next()); };
    if (code >= 0xfe) {
      take(pixel_.r);
      take(pixel_.g);
      take(pixel_.b);
      if (code == 0xff) take(pixel_.a);
    } else if (code >> 6 == 0) {
      pixel_ = seen_[code];
    } else if (code >> 6 == 1) {
      add(pixel_.r, (code >> 4 & 3) - 2);
      add(pixel_.g, (code >> 2 & 3) - 2);
      add(pixel_.b, (code & 3) - 2);
    } else if (code >> 6 == 2) {
      const unsigned green = (code & 63) - 32, more = in.next();
      add(pixel_.r, green - 8 + (more >> 4));
      add(pixel_.g, green);
      add(pixel_.b, green - 8 + (more & 15));
    } else {
      run_ = code & 63;
    }
    seen_[pixel_.hash()] = pixel_;
  }

  void end() override {
    if (is_lost()) return;
    if (run_ > 0) damage("a run past the end of the picture");
    std::array<std::byte, end_mark.size()> mark{};
    const bool whole = source_.read_all(mark) == mark.size();
    if (!whole) return damage("truncated after the pixels");
    if (!std::ranges::equal(mark, std::as_bytes(std::span(end_mark)))) damage("damaged: no end mark after the pixels");
  }

  bool has_alpha_ = false;
  Pixel pixel_;
  std::array<Pixel, 64> seen_ = [] {
    std::array<Pixel, 64> none;
    none.fill({0, 0, 0, 0});
    return none;
  }();
  unsigned run_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<QoiDecoder>(context); }

}  // namespace sl::qoi
