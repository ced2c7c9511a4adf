// OpenEXR in: the first part, in its display window, as floats in proportion to light.

#include <OpenEXR/Iex.h>
#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfChromaticitiesAttribute.h>
#include <OpenEXR/ImfCompression.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfInputPart.h>
#include <OpenEXR/ImfMultiPartInputFile.h>
#include <OpenEXR/ImfPartType.h>
#include <OpenEXR/ImfStandardAttributes.h>
#include <OpenEXR/ImfStringAttribute.h>
#include <OpenEXR/ImfThreading.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "formats/exr/exr.h"
#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/icc.h"

namespace sl::exr {

namespace {

constexpr std::array<std::string_view, 10> compressions{"none",  "rle", "zips", "zip",  "piz",
                                                        "pxr24", "b44", "b44a", "dwaa", "dwab"};
constexpr std::uint32_t band_rows = 256;  // the tallest block of a compression

class ExrDecoder final : public StillDecoder {
 public:
  explicit ExrDecoder(const DecodeContext& context)
      : StillDecoder(context, "OpenEXR"),
        store_(context.source, context.source.position()),
        stream_(store_, context.source.name()) {}

  Picture header() override {
    Picture picture;
    try {
      Imf::setGlobalThreadCount(static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u)));
      file_.emplace(stream_, Imf::globalThreadCount(), false);
      const Imf::Header& header = file_->header(0);
      if (header.hasType() && Imf::isDeepData(header.type()))
        fail("deep pixels: this file has lists of samples, which no flat picture holds");
      if (file_->parts() > 1) {
        left_out_(std::to_string(file_->parts() - 1) + (file_->parts() == 2 ? " other part" : " other parts"),
                  "the first is read");
      }
      read_windows(header);
      choose_channels(header.channels());
      read_color(header);
      part_.emplace(*file_, 0);
      if (!part_->isComplete()) damage("truncated", "missing rows are black");
      read_texts(header, picture);
    } catch (const Iex::BaseExc& error) {
      fail(message(error));
    } catch (const std::bad_alloc&) {
      fail("its data needs more memory than --max-memory", Status::Limit);
    }
    picture.track = track_;
    return picture;
  }

  Strip read_rows(std::uint32_t at_most) override {
    if (row_ >= band_end_) read_band();
    const std::uint32_t rows = std::min(std::max(at_most, 1u), band_end_ - row_);
    const auto bytes = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    auto* const data = reinterpret_cast<std::byte*>(shown_.data()) + (row_ - band_first_) * bytes;
    return next_strip(rows, data, band_damaged_);
  }

 private:
  void end() override {
    // Where the file ends only its table of offsets says.
    if (const auto size = source_.size()) return source_.seek(*size);
    (void)source_.skip(~std::uint64_t{0});
  }

  void read_windows(const Imf::Header& header) {
    const auto size_of = [&](const Imath::Box2i& box) {
      const std::int64_t width = std::int64_t{box.max.x} - box.min.x + 1,
                         height = std::int64_t{box.max.y} - box.min.y + 1;
      if (width <= 0 || height <= 0 || width > std::numeric_limits<std::int32_t>::max() ||
          height > std::numeric_limits<std::int32_t>::max())
        fail("a picture without size");
      check_pixels(source_.name(), static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height));
      return std::pair(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height));
    };
    data_ = header.dataWindow();
    display_ = header.displayWindow();
    data_width_ = size_of(data_).first;
    std::tie(track_.width, track_.height) = size_of(display_);
    const bool hides = data_.min.x < display_.min.x || data_.min.y < display_.min.y || data_.max.x > display_.max.x ||
                       data_.max.y > display_.max.y;
    if (hides) left_out_("pixels outside the display window", "the picture ends there");
    if (const float aspect = header.pixelAspectRatio();
        std::isfinite(aspect) && aspect > 0.01f && aspect < 100 && std::abs(aspect - 1) > 1e-6f)
      track_.sample_aspect = {std::lround(aspect * 1000), 1000};
    const auto compression = static_cast<std::size_t>(header.compression());
    meta_["compression"] = compression < compressions.size() ? compressions[compression] : "unknown";
    if (header.hasTileDescription())
      meta_["tiles"] =
          std::to_string(header.tileDescription().xSize) + "x" + std::to_string(header.tileDescription().ySize);
  }

  // R, G and B, of a layer if there are no others; or Y; or the only channel there is. A is alpha.
  void choose_channels(const Imf::ChannelList& channels) {
    std::vector<std::string> all;
    for (auto at = channels.begin(); at != channels.end(); ++at) all.emplace_back(at.name());
    if (all.empty()) fail("no channel");
    const auto has = [&](const std::string& name) { return channels.findChannel(name) != nullptr; };
    std::string layer;
    if (!has("R") && !has("G") && !has("B") && !has("Y")) {
      for (const std::string& name : all) {
        if (!name.ends_with(".R") && !name.ends_with(".Y")) continue;
        layer = name.substr(0, name.size() - 1);
        break;
      }
    }
    if (has(layer + "R") || has(layer + "G") || has(layer + "B")) {
      names_ = {layer + "R", layer + "G", layer + "B"};
    } else if (has(layer + "Y")) {
      names_ = {layer + "Y"};
      if (has(layer + "RY") && has(layer + "BY")) {
        names_.insert(names_.end(), {layer + "RY", layer + "BY"});
        luminance_ = true;
      }
    } else {
      names_ = {all[0]};
    }
    const bool alpha = has(layer + "A") && names_[0] != layer + "A";
    const auto used = static_cast<std::size_t>(std::ranges::count_if(names_, has)) + (alpha ? 1 : 0);
    if (all.size() > used) {
      left_out_(std::to_string(all.size() - used) + (all.size() - used == 1 ? " other channel" : " other channels"),
                "as depth and layers: " + names_[0] + " and its kin are read");
    }
    if (!layer.empty()) meta_["layer"] = layer.substr(0, layer.size() - 1);
    // Gray with alpha is RGB on the wire.
    gray_ = names_.size() == 1 && !alpha;
    if (names_.size() == 1 && alpha) names_.insert(names_.end(), {names_[0], names_[0]});
    if (alpha) names_.push_back(layer + "A");
    check_channels(channels);
    track_.pixels = &pixel_format(gray_ ? "grayf32le" : alpha ? "rgbaf32le" : "rgbf32le");
    track_.alpha = alpha ? Alpha::Premultiplied : Alpha::None;
    const auto rows = static_cast<std::uint64_t>(band_rows);
    check_memory(source_.name(), saturating_multiply(std::uint64_t{data_width_} + track_.width, rows * 16),
                 "rows of OpenEXR");
  }

  void check_channels(const Imf::ChannelList& channels) {
    bool halves = true;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const Imf::Channel* const channel = channels.findChannel(names_[i]);
      if (channel == nullptr) continue;  // black
      const int sampling = luminance_ && (i == 1 || i == 2) ? 2 : 1;
      if (channel->xSampling != sampling || channel->ySampling != sampling)
        fail("channel " + printable(names_[i], 60) + " has " + std::to_string(channel->xSampling) + "x" +
             std::to_string(channel->ySampling) + " pixels a sample, which is not read");
      halves = halves && channel->type == Imf::HALF;
    }
    meta_["samples"] = halves ? "half" : "float";
  }

  void read_color(const Imf::Header& header) {
    constexpr int linear = 8;
    track_.color = {
        .primaries = 1, .transfer = linear, .matrix = gray_ ? 2 : 0, .range = Range::Full, .chroma = Chroma::Unknown};
    if (Imf::hasChromaticities(header)) {
      const Imf::Chromaticities& c = Imf::chromaticities(header);
      const std::array<float, 8> points{c.white.x, c.white.y, c.red.x,  c.red.y,
                                        c.green.x, c.green.y, c.blue.x, c.blue.y};
      const auto is_close = [&](const Primaries& known) {
        return std::ranges::equal(points, known.chromaticities, [](float a, std::int32_t b) {
          return std::abs(a - static_cast<float>(b) / 1e5f) < 2e-3f;
        });
      };
      const auto found = std::ranges::find_if(known_primaries(), is_close);
      track_.color.primaries = found == known_primaries().end() ? 2 : found->number;
      if (found == known_primaries().end()) own_chromaticities_ = points;
    }
    meta_["format"] = "OpenEXR";
    track_.rest = write_json(Json{{"meta", meta_}});
  }

  void read_texts(const Imf::Header& header, Picture& picture) {
    // Primaries without a number of H.273 travel as a profile.
    if (own_chromaticities_) {
      ProfileColors colors{.chromaticities = {}, .transfer = 8, .gray = gray_};
      for (std::size_t i = 0; i < 8; ++i)
        colors.chromaticities[i] = static_cast<std::int32_t>(std::lround((*own_chromaticities_)[i] * 1e5f));
      const bool sound =
          std::ranges::all_of(*own_chromaticities_, [](float v) { return std::isfinite(v) && v > -2 && v < 2; }) &&
          (*own_chromaticities_)[1] > 0.01f;
      if (sound) picture.attachments.push_back({"icc", make_icc(colors), 0});
    }
    picture.track = track_;
    Texts texts;
    std::uint64_t total = 0;
    for (auto at = header.begin(); at != header.end(); ++at) {
      const auto* const text = dynamic_cast<const Imf::StringAttribute*>(&at.attribute());
      if (text == nullptr || std::strcmp(at.name(), "type") == 0 || std::strcmp(at.name(), "name") == 0) continue;
      check_metadata(source_.name(), total += text->value().size(), "OpenEXR: texts");
      const bool comment = std::strcmp(at.name(), "comments") == 0;
      (void)texts.add(comment ? std::string(comment_keyword) : printable(at.name(), 79), text->value());
    }
    texts.put(picture);
    track_ = picture.track;
  }

  // ---- Pixels ----

  // Read the next rows of the display window into shown_.
  void read_band() {
    band_first_ = row_;
    band_end_ = std::min(track_.height, band_first_ + band_rows);
    band_damaged_ = false;
    const auto components = static_cast<std::size_t>(track_.pixels->components);
    shown_.assign(std::size_t{band_end_ - band_first_} * track_.width * components, 0.0f);
    const std::int64_t top = std::int64_t{display_.min.y} + band_first_,
                       bottom = std::int64_t{display_.min.y} + band_end_ - 1;
    const std::int64_t first = std::max<std::int64_t>(top, data_.min.y),
                       last = std::min<std::int64_t>(bottom, data_.max.y);
    if (first > last) return;
    const auto rows = static_cast<std::size_t>(last - first + 1);
    read_.assign(rows * data_width_ * components, 0.0f);
    try {
      luminance_ ? read_luminance(first, last) : read_planes(static_cast<int>(first), static_cast<int>(last));
    } catch (const Iex::BaseExc& error) {
      const auto row = static_cast<std::uint32_t>(first - display_.min.y);
      damage(message(error) + row_place("after", row), "such rows are black");
      band_damaged_ = true;
    } catch (const std::bad_alloc&) {
      fail("its data needs more memory than --max-memory", Status::Limit);
    }
    copy_shown(first, rows, components);
  }

  void read_planes(int first, int last) {
    const std::size_t components = static_cast<std::size_t>(track_.pixels->components),
                      pixel = components * sizeof(float);
    Imf::FrameBuffer buffer;
    std::vector<std::string> inserted;
    for (std::size_t c = 0; c < components; ++c) {
      if (std::ranges::find(inserted, names_[c]) != inserted.end()) continue;
      inserted.push_back(names_[c]);
      const Imath::V2i origin(data_.min.x, first);
      buffer.insert(names_[c], Imf::Slice::Make(Imf::FLOAT, read_.data() + c, origin, data_width_, last - first + 1,
                                                pixel, pixel * data_width_, 1, 1, 0.0));
    }
    part_->setFrameBuffer(buffer);
    part_->readPixels(first, last);
    if (inserted.size() < components && !gray_ && names_[0] == names_[1]) {
      for (std::size_t i = 0; i < read_.size(); i += components) read_[i + 1] = read_[i + 2] = read_[i];
    }
  }

  // Y is the luminance; RY is (R-Y)/Y and BY is (B-Y)/Y, at each second pixel of each second row: the samples of
  // between are taken from the nearest one.
  void read_luminance(std::int64_t first, std::int64_t last) {
    const std::size_t components = static_cast<std::size_t>(track_.pixels->components);
    // Whole pairs of rows, as the file counts them.
    const auto even = [](std::int64_t y) { return y - (((y % 2) + 2) % 2); };
    const std::int64_t top = std::max<std::int64_t>(even(first), data_.min.y);
    const std::size_t rows = static_cast<std::size_t>(last - top + 1), half_width = (data_width_ + 1) / 2 + 1,
                      half_rows = rows / 2 + 2;
    std::vector<float> y(rows * data_width_), a(names_.size() > 3 ? y.size() : 0), ry(half_width * half_rows),
        by(half_width * half_rows);
    const Imath::V2i origin(data_.min.x, static_cast<int>(top));
    const auto full = [&](std::vector<float>& to) {
      return Imf::Slice::Make(Imf::FLOAT, to.data(), origin, data_width_, static_cast<std::int64_t>(rows),
                              sizeof(float), sizeof(float) * data_width_, 1, 1, 0.0);
    };
    const auto quarter = [&](std::vector<float>& to) {
      return Imf::Slice::Make(Imf::FLOAT, to.data(), origin, data_width_, static_cast<std::int64_t>(rows),
                              sizeof(float), sizeof(float) * half_width, 2, 2, 0.0);
    };
    Imf::FrameBuffer buffer;
    buffer.insert(names_[0], full(y));
    buffer.insert(names_[1], quarter(ry));
    buffer.insert(names_[2], quarter(by));
    if (!a.empty()) buffer.insert(names_[3], full(a));
    part_->setFrameBuffer(buffer);
    part_->readPixels(static_cast<int>(top), static_cast<int>(last));
    constexpr float red = 0.2126f, green = 0.7152f, blue = 0.0722f;
    const auto half_of = [](std::int64_t v) { return v >= 0 ? v / 2 : -((1 - v) / 2); };
    float* to = read_.data();
    for (std::int64_t row = first; row <= last; ++row) {
      const auto at_y = static_cast<std::size_t>(row - top);
      const auto at_c = static_cast<std::size_t>(half_of(row) - half_of(top));
      for (std::size_t x = 0; x < data_width_; ++x, to += components) {
        const std::size_t c =
            at_c * half_width +
            static_cast<std::size_t>(half_of(std::int64_t{data_.min.x} + static_cast<std::int64_t>(x)) -
                                     half_of(data_.min.x));
        const float light = y[at_y * data_width_ + x];
        to[0] = (ry[c] + 1) * light;
        to[2] = (by[c] + 1) * light;
        to[1] = (light - to[0] * red - to[2] * blue) / green;
        if (components == 4) to[3] = a[at_y * data_width_ + x];
      }
    }
  }

  // The part of the rows that were read which lies in the display window.
  void copy_shown(std::int64_t first, std::size_t rows, std::size_t components) {
    const std::int64_t left = std::max(data_.min.x, display_.min.x), right = std::min(data_.max.x, display_.max.x);
    if (left > right) return;
    const auto count = static_cast<std::size_t>(right - left + 1) * components;
    const auto from_x = static_cast<std::size_t>(left - data_.min.x) * components,
               to_x = static_cast<std::size_t>(left - display_.min.x) * components;
    const auto to_y = static_cast<std::size_t>(first - display_.min.y) - band_first_;
    for (std::size_t y = 0; y < rows; ++y) {
      std::copy_n(read_.data() + y * data_width_ * components + from_x, count,
                  shown_.data() + (to_y + y) * track_.width * components + to_x);
    }
  }

  SourceStore store_;
  InStream stream_;
  std::optional<Imf::MultiPartInputFile> file_;
  std::optional<Imf::InputPart> part_;
  Imath::Box2i data_, display_;
  std::uint32_t data_width_ = 0;
  std::vector<std::string> names_;  // of the channel of each component; those that are missing are black
  bool gray_ = false, luminance_ = false;
  std::optional<std::array<float, 8>> own_chromaticities_;
  Json meta_;
  std::vector<float> read_, shown_;
  std::uint32_t band_first_ = 0, band_end_ = 0;
  bool band_damaged_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<ExrDecoder>(context); }

}  // namespace sl::exr
