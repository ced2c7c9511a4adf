// CSV out: rows leave as they come.

#include "formats/csv/csv.h"

#include <charconv>
#include <string>

#include "formats/picture.h"
#include "libcore/pixels/format_choice.h"

namespace sl {

namespace {

class CsvEncoder final : public Encoder {
 public:
  explicit CsvEncoder(const EncodeContext& context) : target_(context.target) {}

  Track accept(const Track& offered) override { return nearest(offered, csv_pixels); }
  void begin(const Picture& picture) override { sample_ = picture.track.pixels->sample; }
  void begin_frame(const Frame& /*frame*/) override {}
  void write_rows(const Strip& strip) override {
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      text_.clear();
      for (std::size_t x = 0; x < strip.planes[0].width; ++x) {
        if (x != 0) text_ += ',';
        if (sample_ == Sample::F32) {
          put(strip.planes[0].row<float>(y)[x]);
        } else if (sample_ == Sample::U16) {
          put(strip.planes[0].row<std::uint16_t>(y)[x]);
        } else {
          put(unsigned{strip.planes[0].row<std::uint8_t>(y)[x]});
        }
      }
      text_ += '\n';
      target_.write(std::as_bytes(std::span(text_)));
    }
  }
  void end_frame() override {}
  void flush() override { target_.flush(); }
  void finish() override {}

 private:
  // The shortest text that is this number.
  template <class T>
  void put(T value) {
    std::array<char, 32> digits;
    text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }

  Target& target_;
  Sample sample_ = Sample::U8;
  std::string text_;
};

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<CsvEncoder>(context); }

}  // namespace

const Format csv_format{
    .info = csv_info,
    .decoder = make_csv_decoder,
    .encoder = make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
