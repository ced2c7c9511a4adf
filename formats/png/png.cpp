// PNG: its row in the table of formats, and the encoder. https://www.w3.org/TR/png-3/

#include "formats/png/png.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <optional>
#include <string>

#include "formats/picture.h"
#include "formats/png/deflate.h"
#include "formats/png/inflate.h"
#include "formats/png/metadata.h"
#include "libcore/base/endian.h"
#include "libcore/pixels/format_choice.h"

namespace sl {

PngCompression png_compression(const EncodeContext& context) {
  return {.level = static_cast<int>(context.options.integer("compression")),
          .filter = static_cast<PngFilter>(context.options.choice("filter")),
          .threads = context.threads};
}

Track png_track(const Track& offered, std::string_view bits) {
  constexpr std::array<std::string_view, 8> names{"gray",     "ya8",    "rgb24",   "rgba",
                                                  "gray16le", "ya16le", "rgb48le", "rgba64le"};
  const std::span<const std::string_view> all(names);
  return nearest(offered, bits == "8" ? all.first(4) : bits == "16" ? all.last(4) : all);
}

namespace {

class PngEncoder : public Encoder {
 public:
  explicit PngEncoder(const EncodeContext& context)
      : target_(context.target),
        left_out_(context.left_out),
        bits_(context.options.text("bits")),
        compression_(png_compression(context)) {}

  Track accept(const Track& offered) override { return png_track(offered, bits_); }

  void begin(const Picture& picture) override {
    const Track& track = picture.track;
    const PixelFormat& format = *track.pixels;
    rows_.emplace(target_, format, track.width, track.height, compression_);
    target_.write(std::as_bytes(std::span(png_signature)));
    std::string header(13, '\0');
    store_be(header.data(), track.width);
    store_be(header.data() + 4, track.height);
    header[8] = format.sample == Sample::U16 ? 16 : 8;
    header[9] = static_cast<char>((format.model == Model::Rgb ? 2 : 0) + (format.alpha ? 4 : 0));
    write_png_chunk(target_, "IHDR", header);
    write_png_metadata(target_, picture, left_out_);
  }

  void begin_frame(const Frame& /*frame*/) override {}
  void write_rows(const Strip& strip) override { rows_->write_rows(strip); }
  void end_frame() override {}

  void flush() override {
    rows_->flush();
    target_.flush();
  }

  void finish() override { write_png_chunk(target_, "IEND", {}); }

 private:
  Target& target_;
  LeftOut left_out_;
  std::string bits_;
  PngCompression compression_;
  std::optional<PngDeflater> rows_;
};

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<PngEncoder>(context); }

}  // namespace

extern const Format png_format;
const Format png_format{
    .info = png_info,
    .decoder = make_png_decoder,
    .encoder = make_encoder,
    .intact_part = intact_png_chunk,
};

}  // namespace sl
