// TGA out, and its row of the table. Rows run from top to bottom, so they are written as they come.

#include "formats/tga/tga.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "formats/picture.h"
#include "libcore/base/endian.h"
#include "libcore/base/size_text.h"
#include "libcore/pixels/format_choice.h"

namespace sl {

namespace tga {

namespace {

class TgaEncoder final : public Encoder {
 public:
  explicit TgaEncoder(const EncodeContext& context)
      : target_(context.target), runs_(context.options.text("compress") == "rle") {}

  Track accept(const Track& offered) override {
    if (offered.width > 65535 || offered.height > 65535) {
      throw Error(Status::Data, target_.name() + ": TGA: " + size_text({offered.width, offered.height}) +
                                    " is more than 65535 pixels");
    }
    return nearest(offered, {"gray", "ya8", "rgb24", "rgba"});
  }

  void begin(const Picture& picture) override {
    const Track& track = picture.track;
    width_ = track.width;
    size_ = static_cast<std::size_t>(track.pixels->components);
    std::array<std::byte, header_bytes> head{};
    const bool gray = track.pixels->model == Model::Gray;
    head[2] = static_cast<std::byte>((gray ? 3 : 2) + (runs_ ? 8 : 0));
    store_le(head.data() + 12, static_cast<std::uint16_t>(track.width));
    store_le(head.data() + 14, static_cast<std::uint16_t>(track.height));
    head[16] = static_cast<std::byte>(size_ * 8);
    head[17] = static_cast<std::byte>(32 + (track.pixels->alpha ? 8 : 0));  // from the top; bits of alpha
    target_.write(head);
  }

  void begin_frame(const Frame& /*frame*/) override {}

  void write_rows(const Strip& strip) override {
    row_.resize(width_ * size_);
    coded_.clear();
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      std::memcpy(row_.data(), strip.planes[0].row<std::uint8_t>(y), row_.size());
      if (size_ >= 3) {
        for (std::size_t i = 0; i < row_.size(); i += size_) std::swap(row_[i], row_[i + 2]);
      }
      runs_ ? code_row() : (void)coded_.insert(coded_.end(), row_.begin(), row_.end());
    }
    target_.write(std::as_bytes(std::span(coded_)));
  }

  void end_frame() override {}
  void flush() override { target_.flush(); }

  void finish() override {
    std::array<std::byte, footer_bytes> footer{};
    std::memcpy(footer.data() + 8, signature.data(), signature.size());
    target_.write(footer);
  }

 private:
  [[nodiscard]] bool same(std::size_t a, std::size_t b) const {
    return std::memcmp(row_.data() + a * size_, row_.data() + b * size_, size_) == 0;
  }

  // Packets of at most 128 pixels, which end with the row.
  void code_row() {
    constexpr std::size_t longest = 128;
    const auto run_from = [&](std::size_t x) {
      std::size_t end = x + 1;
      while (end < width_ && end - x < longest && same(x, end)) ++end;
      return end - x;
    };
    for (std::size_t x = 0; x < width_;) {
      std::size_t count = run_from(x);
      const bool repeats = count > 1;
      while (!repeats && count < longest && x + count < width_ && run_from(x + count) == 1) ++count;
      coded_.push_back(static_cast<std::uint8_t>((repeats ? 128 : 0) + count - 1));
      const auto* const from = row_.data() + x * size_;
      coded_.insert(coded_.end(), from, from + (repeats ? 1 : count) * size_);
      x += count;
    }
  }

  Target& target_;
  bool runs_;
  std::size_t width_ = 0, size_ = 1;
  std::vector<std::uint8_t> row_, coded_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<TgaEncoder>(context); }

}  // namespace tga

extern const Format tga_format;
const Format tga_format{
    .info = tga_info,
    .decoder = tga::make_decoder,
    .encoder = tga::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
