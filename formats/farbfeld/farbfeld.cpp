// farbfeld in and out, and its row of the table.

#include "formats/farbfeld/farbfeld.h"

#include <array>
#include <vector>

#include "formats/picture.h"
#include "formats/row_decoder.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/format_choice.h"

namespace sl {

namespace {

using namespace farbfeld;

class FarbfeldDecoder final : public RowDecoder {
 public:
  explicit FarbfeldDecoder(const DecodeContext& context) : RowDecoder(context, "farbfeld") {}

  Picture header() override {
    std::array<std::byte, header_bytes> head{};
    if (source_.read_all(head) < head.size()) fail("truncated in the header");
    track_.width = load_be<std::uint32_t>(head.data() + 8);
    track_.height = load_be<std::uint32_t>(head.data() + 12);
    if (track_.width == 0 || track_.height == 0 || track_.width > wire_limit::number ||
        track_.height > wire_limit::number) {
      fail(std::to_string(track_.width) + "x" + std::to_string(track_.height) + " pixels");
    }
    track_.pixels = &pixel_format("rgba64le");
    track_.color = {.primaries = 1, .transfer = 13, .matrix = 0, .range = Range::Full};
    track_.alpha = Alpha::Straight;
    track_.rest = R"({"meta":{"format":"farbfeld"}})";
    begin_rows(std::uint64_t{track_.width} * 8);
    Picture picture;
    picture.track = track_;
    return picture;
  }

 private:
  void read_row(std::byte* row) override {
    if (source_.read_all({row, row_size()}) < row_size()) throw Error(Status::Data, "truncated");
    auto* const samples = reinterpret_cast<std::uint16_t*>(row);
    swap_bytes(samples, samples, row_size() / 2);
  }
};

class FarbfeldEncoder final : public Encoder {
 public:
  explicit FarbfeldEncoder(const EncodeContext& context) : target_(context.target) {}

  Track accept(const Track& offered) override { return nearest(offered, {"rgba64le"}); }

  void begin(const Picture& picture) override {
    width_ = picture.track.width;
    std::array<std::byte, header_bytes> head{};
    std::memcpy(head.data(), mark.data(), mark.size());
    store_be(head.data() + 8, width_);
    store_be(head.data() + 12, picture.track.height);
    target_.write(head);
  }
  void begin_frame(const Frame& /*frame*/) override {}
  void write_rows(const Strip& strip) override {
    swapped_.resize(std::size_t{width_} * 4);
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      swap_bytes(strip.planes[0].row<std::uint16_t>(y), swapped_.data(), swapped_.size());
      target_.write(std::as_bytes(std::span(swapped_)));
    }
  }
  void end_frame() override {}
  void flush() override { target_.flush(); }
  void finish() override {}

 private:
  Target& target_;
  std::uint32_t width_ = 0;
  std::vector<std::uint16_t> swapped_;
};

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) {
  return std::make_unique<FarbfeldDecoder>(context);
}
std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) {
  return std::make_unique<FarbfeldEncoder>(context);
}

}  // namespace

extern const Format farbfeld_format;
const Format farbfeld_format{
    .info = farbfeld_info,
    .decoder = make_decoder,
    .encoder = make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
