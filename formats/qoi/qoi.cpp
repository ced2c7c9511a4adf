// QOI out, and its row of the table.

#include "formats/qoi/qoi.h"

#include <vector>

#include "formats/picture.h"
#include "libcore/base/endian.h"
#include "libcore/pixels/format_choice.h"

namespace sl {

namespace qoi {

namespace {

class QoiEncoder final : public Encoder {
 public:
  explicit QoiEncoder(const EncodeContext& context) : target_(context.target) { seen_.fill({0, 0, 0, 0}); }

  Track accept(const Track& offered) override { return nearest(offered, {"rgb24", "rgba"}); }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    has_alpha_ = track_.pixels->alpha;
    std::array<std::byte, header_bytes> head{std::byte{'q'}, std::byte{'o'}, std::byte{'i'}, std::byte{'f'}};
    store_be(head.data() + 4, track_.width);
    store_be(head.data() + 8, track_.height);
    head[12] = has_alpha_ ? std::byte{4} : std::byte{3};
    constexpr int linear = 8;
    head[13] = track_.color.transfer == linear ? std::byte{1} : std::byte{0};
    target_.write(head);
  }

  void begin_frame(const Frame& /*frame*/) override {}

  void write_rows(const Strip& strip) override {
    coded_.clear();
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      const auto* from = strip.planes[0].row<std::uint8_t>(y);
      for (std::uint32_t x = 0; x < track_.width; ++x) {
        Pixel pixel{from[0], from[1], from[2], 255};
        if (has_alpha_) pixel.a = from[3];
        from += has_alpha_ ? 4 : 3;
        put(pixel);
      }
    }
    target_.write(std::as_bytes(std::span(coded_)));
  }

  void end_frame() override {
    coded_.clear();
    end_run();
    target_.write(std::as_bytes(std::span(coded_)));
  }
  void flush() override { target_.flush(); }
  void finish() override { target_.write(std::as_bytes(std::span(end_mark))); }

 private:
  void put(const Pixel& pixel) {
    constexpr unsigned longest_run = 62;
    if (pixel == last_) {
      if (++run_ == longest_run) end_run();
      return;
    }
    end_run();
    Pixel& seen = seen_[pixel.hash()];
    if (seen == pixel) {
      byte(pixel.hash());
    } else {
      seen = pixel;
      code(pixel);
    }
    last_ = pixel;
  }

  void code(const Pixel& pixel) {
    const auto difference = [](std::uint8_t a, std::uint8_t b) {
      return static_cast<int>(static_cast<std::int8_t>(a - b));
    };
    const int r = difference(pixel.r, last_.r), g = difference(pixel.g, last_.g), b = difference(pixel.b, last_.b);
    const auto within = [](int value, int low, int high) { return value >= low && value <= high; };
    if (pixel.a != last_.a) {
      byte(0xff), byte(pixel.r), byte(pixel.g), byte(pixel.b), byte(pixel.a);
    } else if (within(r, -2, 1) && within(g, -2, 1) && within(b, -2, 1)) {
      byte(0x40u | static_cast<unsigned>((r + 2) << 4 | (g + 2) << 2 | (b + 2)));
    } else if (within(g, -32, 31) && within(r - g, -8, 7) && within(b - g, -8, 7)) {
      byte(0x80u | static_cast<unsigned>(g + 32));
      byte(static_cast<unsigned>((r - g + 8) << 4 | (b - g + 8)));
    } else {
      byte(0xfe), byte(pixel.r), byte(pixel.g), byte(pixel.b);
    }
  }

  void end_run() {
    if (run_ > 0) byte(0xc0u | (run_ - 1));
    run_ = 0;
  }

  void byte(unsigned value) { coded_.push_back(static_cast<std::uint8_t>(value)); }

  Target& target_;
  Track track_;
  bool has_alpha_ = false;
  Pixel last_;
  std::array<Pixel, 64> seen_;
  unsigned run_ = 0;
  std::vector<std::uint8_t> coded_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<QoiEncoder>(context); }

}  // namespace qoi

extern const Format qoi_format;
const Format qoi_format{
    .info = qoi_info,
    .decoder = qoi::make_decoder,
    .encoder = qoi::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
