// From libpng's structures to the track.

#include "formats/png/describe.h"

#include <algorithm>
#include <string_view>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"

namespace sl {

namespace {

struct Description {
  const PngHeader& header;
  Track& track;
  PngMetadata& metadata;
  std::string made_profile = {};
  bool unnumbered = false;  // gAMA or cHRM have no number in H.273

  void describe() {
    const bool gray = track.pixels->model == Model::Gray;
    track.alpha = track.pixels->alpha ? Alpha::Straight : Alpha::None;
    track.color.matrix = gray ? 2 : 0;
    track.color.range = Range::Full;
    describe_bits(metadata.meta());
    describe_color();
    describe_density();
    describe_background(metadata.meta());
    png_unknown_chunkp chunks = nullptr;
    const int count = png_get_unknown_chunks(header.png, header.info, &chunks);
    for (int i = 0; i < count; ++i) {
      const std::string_view type(reinterpret_cast<const char*>(chunks[i].name), 4);
      const std::string_view data(reinterpret_cast<const char*>(chunks[i].data), chunks[i].size);
      if (type == "acTL") continue;  // of no frames
      if (type == "cICP") {
        describe_coding(data);
      } else {
        metadata.add(type, data);
      }
    }
    // Colours without numbers travel as a profile.
    const bool numbered = track.color.primaries != 2 && track.color.transfer != 2;
    if (!numbered && unnumbered) metadata.attach("icc", made_profile);
    png_free_data(header.png, header.info, PNG_FREE_UNKN, -1);
  }

  void describe_bits(Json& meta) const {
    if (header.color_type == PNG_COLOR_TYPE_PALETTE) {
      meta["palette"] = true;
      meta["bits"] = header.depth;
      return;
    }
    if (header.depth < 8) track.bits = header.depth;
    png_color_8p significant = nullptr;
    if (png_get_sBIT(header.png, header.info, &significant) == 0) return;
    const bool gray = track.pixels->model == Model::Gray;
    const int bits = gray ? significant->gray : std::max({significant->red, significant->green, significant->blue});
    if (bits > 0 && bits < track.pixels->bits) track.bits = bits;
    Json& all = meta["significant_bits"] =
        gray ? Json{significant->gray} : Json{significant->red, significant->green, significant->blue};
    if ((header.color_type & PNG_COLOR_MASK_ALPHA) != 0) all.push_back(significant->alpha);
  }

  // Parts of white.
  void describe_background(Json& meta) const {
    png_color_16p color = nullptr;
    if (png_get_bKGD(header.png, header.info, &color) == 0) return;
    const double white = header.color_type == PNG_COLOR_TYPE_PALETTE ? 255 : (1 << header.depth) - 1;
    const bool gray = track.pixels->model == Model::Gray;
    meta["background"] =
        gray ? Json{color->gray / white} : Json{color->red / white, color->green / white, color->blue / white};
  }

  // By falling precedence; cICP, which overrides all, comes later.
  void describe_color() {
    Chromaticities c{};
    png_fixed_point gamma = 0;
    int intent = 0;
    if (png_get_valid(header.png, header.info, PNG_INFO_iCCP) != 0) {
      png_charp profile_name = nullptr;
      png_bytep profile = nullptr;
      png_uint_32 size = 0;
      int compression = 0;
      if (png_get_iCCP(header.png, header.info, &profile_name, &compression, &profile, &size) != 0) {
        check_metadata(header.name, header.metadata_bytes + size, "PNG: iCCP");
        metadata.attach("icc", {reinterpret_cast<const char*>(profile), size});
        return;
      }
    }
    if (png_get_sRGB(header.png, header.info, &intent) != 0) {
      track.color.primaries = 1;
      track.color.transfer = 13;
      if (intent != 0) metadata.meta()["rendering_intent"] = intent;
      return;
    }
    if (png_get_cHRM_fixed(header.png, header.info, &c[0], &c[1], &c[2], &c[3], &c[4], &c[5], &c[6], &c[7]) != 0) {
      track.color.primaries = png_primaries(c);
      unnumbered = track.color.primaries == 2;
    } else {
      c = known_primaries().front().chromaticities;
    }
    if (png_get_gAMA_fixed(header.png, header.info, &gamma) != 0 && gamma > 0) {
      track.color.transfer = png_transfer(gamma);
      unnumbered = unnumbered || track.color.transfer == 2;
    }
    if (!unnumbered) return;
    made_profile = make_icc({.chromaticities = c,
                             .transfer = 13,
                             .gamma = gamma > 0 ? 1e5 / gamma : 0,
                             .gray = track.pixels->model == Model::Gray});
  }

  // cICP: primaries, transfer, matrix and whether the range is full.
  void describe_coding(std::string_view data) {
    if (data.size() != 4 || data[2] != 0 || static_cast<unsigned char>(data[3]) > 1) {
      return header.warn("cICP that is not of RGB is passed over");
    }
    track.color.primaries = static_cast<unsigned char>(data[0]);
    track.color.transfer = static_cast<unsigned char>(data[1]);
    track.color.range = data[3] == 1 ? Range::Full : Range::Limited;
  }

  void describe_density() {
    png_uint_32 x = 0, y = 0;
    int unit = 0;
    if (png_get_pHYs(header.png, header.info, &x, &y, &unit) == 0 || x == 0 || y == 0) return;
    if (unit == PNG_RESOLUTION_METER) {
      set_density(track, Density{static_cast<double>(x), static_cast<double>(y), Density::Unit::Metre});
    } else {
      track.sample_aspect = {y, x};
    }
  }
};

}  // namespace

void describe_png(const PngHeader& header, Track& track, PngMetadata& metadata) {
  Description{header, track, metadata}.describe();
}

}  // namespace sl
