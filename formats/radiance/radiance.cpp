// Radiance HDR out, with the new run lengths, and its row of the table.

#include "formats/radiance/radiance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/icc.h"
#include "libcore/pixels/transfer.h"

namespace sl {

namespace radiance {

namespace {

constexpr int linear = 8, unknown = 2;
constexpr float brightest = 1e38F;

// Mantissas relative to the exponent of the largest component, rounded down as Radiance does.
void put_pixel(const float* light, std::uint8_t* to) {
  const auto clean = [](float value) { return value > 0 ? std::min(value, brightest) : 0; };  // NaN is 0
  const float r = clean(light[0]), g = clean(light[1]), b = clean(light[2]), most = std::max({r, g, b});
  std::memset(to, 0, 4);
  if (most < 1e-38F) return;
  int exponent = 0;
  (void)std::frexp(most, &exponent);
  if (exponent < -127) return;
  const double scale = std::ldexp(1.0, 8 - exponent);
  to[0] = static_cast<std::uint8_t>(r * scale);
  to[1] = static_cast<std::uint8_t>(g * scale);
  to[2] = static_cast<std::uint8_t>(b * scale);
  to[3] = static_cast<std::uint8_t>(exponent + 128);
}

class RadianceEncoder final : public Encoder {
 public:
  explicit RadianceEncoder(const EncodeContext& context) : target_(context.target) {}

  // Floats of an unknown function are light already; integers are sRGB's codes.
  Track accept(const Track& offered) override {
    const bool is_light = offered.color.transfer == linear ||
                          (offered.color.transfer == unknown && offered.pixels->sample == Sample::F32);
    if (!is_light) transfer_.emplace(offered.color.transfer);
    return nearest(offered, {"rgbf32le"});
  }

  void begin(const Picture& picture) override {
    const Track& track = picture.track;
    width_ = track.width;
    std::string head = "#?RADIANCE\n";
    for (const auto& [keyword, text] : texts_of(picture)) {
      if (keyword != comment_keyword) continue;
      std::string lines = "# " + text;
      std::ranges::replace(lines, '\r', ' ');
      for (std::size_t at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at + 1))
        lines.insert(at + 1, "# ");
      head += lines + "\n";
    }
    for (const Primaries& known : known_primaries()) {
      if (known.number != track.color.primaries) continue;
      head += "PRIMARIES=";
      for (std::size_t i = 0; i < 8; ++i) {
        std::string number = std::to_string(known.chromaticities[(i + 2) % 8] / 100000.0);
        head += (i == 0 ? "" : " ") + number;
      }
      head += "\n";
    }
    head += "FORMAT=32-bit_rle_rgbe\n\n-Y " + std::to_string(track.height) + " +X " + std::to_string(width_) + "\n";
    target_.write(std::as_bytes(std::span(head)));
    pixels_.resize(width_ * 4);
    light_.resize(width_ * 3);
  }

  void begin_frame(const Frame& /*frame*/) override {}

  void write_rows(const Strip& strip) override {
    coded_.clear();
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      std::memcpy(light_.data(), strip.planes[0].row<float>(y), light_.size() * sizeof(float));
      if (transfer_) transfer_->to_light(light_.data(), light_.size());
      for (std::size_t x = 0; x < width_; ++x) put_pixel(light_.data() + x * 3, pixels_.data() + x * 4);
      put_line();
    }
    target_.write(std::as_bytes(std::span(coded_)));
  }

  void end_frame() override {}
  void flush() override { target_.flush(); }
  void finish() override {}

 private:
  void put_line() {
    if (width_ < 8 || width_ > 0x7fff) {
      // Plain pixels. None is 1, 1, 1, which means a run: its mantissas have no high bit.
      coded_.insert(coded_.end(), pixels_.begin(), pixels_.end());
      return;
    }
    coded_.insert(coded_.end(),
                  {2, 2, static_cast<std::uint8_t>(width_ >> 8), static_cast<std::uint8_t>(width_ & 255)});
    for (std::size_t c = 0; c < 4; ++c) put_component(c);
  }

  // Runs of four and more, and what lies between them.
  void put_component(std::size_t c) {
    const auto value = [&](std::size_t x) { return pixels_[x * 4 + c]; };
    const auto run_at = [&](std::size_t x) {
      std::size_t end = x + 1;
      while (end < width_ && end - x < 127 && value(end) == value(x)) ++end;
      return end - x;
    };
    constexpr std::size_t worth_it = 4, longest_plain = 128;
    for (std::size_t x = 0; x < width_;) {
      const std::size_t run = run_at(x);
      if (run >= worth_it) {
        coded_.push_back(static_cast<std::uint8_t>(128 + run));
        coded_.push_back(value(x));
        x += run;
        continue;
      }
      std::size_t end = x + run;
      while (end < width_ && end - x < longest_plain) {
        const std::size_t next = run_at(end);
        if (next >= worth_it) break;
        end += next;
      }
      end = std::min(end, x + longest_plain);
      coded_.push_back(static_cast<std::uint8_t>(end - x));
      for (; x < end; ++x) coded_.push_back(value(x));
    }
  }

  Target& target_;
  std::size_t width_ = 0;
  std::optional<Transfer> transfer_;
  std::vector<float> light_;
  std::vector<std::uint8_t> pixels_, coded_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) {
  return std::make_unique<RadianceEncoder>(context);
}

}  // namespace radiance

extern const Format radiance_format;
const Format radiance_format{
    .info = radiance_info,
    .decoder = radiance::make_decoder,
    .encoder = radiance::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
