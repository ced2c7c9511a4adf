// OpenEXR out: floats in proportion to light, colours multiplied by their alpha.

#include <OpenEXR/Iex.h>
#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfChromaticities.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfOutputFile.h>
#include <OpenEXR/ImfStandardAttributes.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "formats/exr/exr.h"
#include "formats/picture.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/icc.h"
#include "libcore/pixels/transfer.h"

namespace sl::exr {

namespace {

constexpr int unknown = 2, linear = 8, perceptual_quantizer = 16;
constexpr std::uint32_t band_rows = 64;
// PQ states light relative to 10000 cd/m2; white of 203 (ITU-R BT.2408) is 1 in OpenEXR.
constexpr float whites_in_pq = 10000.0f / 203;

class ExrEncoder final : public Encoder {
 public:
  explicit ExrEncoder(const EncodeContext& context)
      : target_(context.target),
        threads_(context.threads),
        compression_(static_cast<Imf::Compression>(context.options.choice("compress"))),
        bits_(context.options.text("bits")) {}

  Track accept(const Track& offered) override {
    Track track = nearest(offered, {"grayf32le", "rgbf32le", "rgbaf32le"});
    // Light that is multiplied already stays so: it may shine where alpha is 0.
    if (track.alpha != Alpha::None && offered.color.transfer == linear) track.alpha = Alpha::Premultiplied;
    floats_ = offered.pixels->sample == Sample::F32;
    return track;
  }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    const bool keeps_light = track_.color.transfer == linear || (track_.color.transfer == unknown && floats_);
    if (!keeps_light) transfer_.emplace(track_.color.transfer);
    half_ = bits_ == "16" || (bits_ == "auto" && (!floats_ || was_half()));
    check_memory(target_.name(), std::uint64_t{track_.width} * 16 * band_rows, "rows of OpenEXR");
    store_ = make_store(target_, "an OpenEXR file for a pipe");
    stream_.emplace(*store_, target_.name());
    guard([&] { file_.emplace(*stream_, make_header(), threads_); });
    band_.resize(std::size_t{track_.width} * static_cast<std::size_t>(track_.pixels->components) * band_rows);
  }

  void begin_frame(const Frame& /*frame*/) override {}

  void write_rows(const Strip& strip) override {
    const std::size_t samples = std::size_t{track_.width} * static_cast<std::size_t>(track_.pixels->components);
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      float* const row = band_.data() + held_ * samples;
      std::memcpy(row, strip.planes[0].row<float>(y), samples * sizeof(float));
      to_light(row, samples);
      if (++held_ == band_rows || strip.first + y + 1 == track_.height) write_band();
    }
  }

  void end_frame() override {}
  void flush() override {}

  void finish() override {
    if (!file_) return;
    guard([&] { file_.reset(); });  // writes the table of offsets
    finish_store(*store_, target_);
  }

 private:
  void guard(const auto& f) const {
    try {
      f();
    } catch (const Iex::BaseExc& error) {
      throw Error(Status::Data, target_.name() + ": OpenEXR: " + message(error));
    }
  }

  [[nodiscard]] bool was_half() const {
    if (track_.rest.empty()) return false;
    const Json rest = parse_json(track_.rest, wire_limit::json);
    const Json::json_pointer samples("/meta/samples");
    return rest.contains(samples) && rest[samples] == "half";
  }

  [[nodiscard]] std::vector<std::string> names() const {
    if (track_.pixels->model == Model::Gray) return {"Y"};
    std::vector<std::string> names{"R", "G", "B"};
    if (track_.pixels->alpha) names.emplace_back("A");
    return names;
  }

  [[nodiscard]] Imf::Header make_header() const {
    Imf::Header header(static_cast<int>(track_.width), static_cast<int>(track_.height));
    header.compression() = compression_;
    for (const std::string& name : names())
      header.channels().insert(name, Imf::Channel(half_ ? Imf::HALF : Imf::FLOAT));
    if (track_.sample_aspect.num > 0 && track_.sample_aspect.den > 0)
      header.pixelAspectRatio() =
          static_cast<float>(track_.sample_aspect.num) / static_cast<float>(track_.sample_aspect.den);
    const auto known = std::ranges::find(known_primaries(), track_.color.primaries, &Primaries::number);
    if (known != known_primaries().end()) {
      const auto point = [&](std::size_t i) {
        return Imath::V2f(static_cast<float>(known->chromaticities[2 * i]) / 1e5f,
                          static_cast<float>(known->chromaticities[2 * i + 1]) / 1e5f);
      };
      Imf::addChromaticities(header, Imf::Chromaticities(point(1), point(2), point(3), point(0)));
    }
    return header;
  }

  void to_light(float* row, std::size_t samples) {
    const bool alpha = track_.pixels->alpha;
    if (transfer_) {
      colours_.assign(row, row + samples);
      if (alpha) std::erase_if(colours_, [i = 0](float) mutable { return i++ % 4 == 3; });
      transfer_->to_light(colours_.data(), colours_.size());
      const float scale = track_.color.transfer == perceptual_quantizer ? whites_in_pq : 1.0f;
      for (std::size_t i = 0, from = 0; i < samples; ++i) {
        if (!alpha || i % 4 != 3) row[i] = colours_[from++] * scale;
      }
    }
    if (!alpha || track_.alpha == Alpha::Premultiplied) return;
    for (std::size_t i = 0; i < samples; i += 4) {
      for (std::size_t c = 0; c < 3; ++c) row[i + c] *= row[i + 3];
    }
  }

  void write_band() {
    const std::size_t components = static_cast<std::size_t>(track_.pixels->components),
                      samples = std::size_t{track_.width} * components;
    const std::size_t size = half_ ? sizeof(Imath::half) : sizeof(float);
    char* data = reinterpret_cast<char*>(band_.data());
    if (half_) {
      halves_.resize(held_ * samples);
      std::ranges::transform(std::span(band_).first(halves_.size()), halves_.begin(),
                             [](float value) { return Imath::half(value); });
      data = reinterpret_cast<char*>(halves_.data());
    }
    Imf::FrameBuffer buffer;
    const auto all = names();
    for (std::size_t c = 0; c < all.size(); ++c) {
      buffer.insert(all[c], Imf::Slice::Make(half_ ? Imf::HALF : Imf::FLOAT, data + c * size,
                                             Imath::V2i(0, static_cast<int>(written_)), track_.width, held_,
                                             size * components, size * samples));
    }
    guard([&] {
      file_->setFrameBuffer(buffer);
      file_->writePixels(static_cast<int>(held_));
    });
    written_ += held_;
    held_ = 0;
  }

  Target& target_;
  int threads_;
  Imf::Compression compression_;
  std::string bits_;
  bool floats_ = false, half_ = false;
  Track track_;
  std::optional<Transfer> transfer_;
  std::unique_ptr<Store> store_;
  std::optional<OutStream> stream_;
  std::optional<Imf::OutputFile> file_;
  std::vector<float> band_, colours_;
  std::vector<Imath::half> halves_;
  std::uint32_t held_ = 0, written_ = 0;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<ExrEncoder>(context); }

}  // namespace sl::exr
