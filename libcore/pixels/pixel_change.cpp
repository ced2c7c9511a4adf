// The track that is asked for, and the steps to it.

#include "libcore/pixels/pixel_change.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/color_transform.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

constexpr int unknown = 2, pq = 16, hlg = 18;

// The format with these properties that is most like `like`; RGB that is made of YUV has its samples side by side if it
// can, as color maps and encoders have them. Throw Usage if no format has the bits.
const PixelFormat& similar_format(const PixelFormat& like, Model model, int bits, bool alpha) {
  const PixelFormat* best = nullptr;
  int least = 0;
  const bool keeps_packing = model != Model::Rgb || like.model != Model::Yuv;
  const auto off = [](int has, int wants) { return has > wants ? (has - wants) * 64 : (wants - has) * 8; };
  for (const PixelFormat& format : pixel_formats()) {
    if (format.model != model || format.alpha != alpha || format.bits != bits) continue;
    int cost = format.packing == Packing::Interleaved ? 1 : 2;
    if (keeps_packing && format.packing == like.packing) cost = 0;
    if (model == Model::Yuv && like.model == Model::Yuv) {
      cost += off(format.shift_x, like.shift_x) + off(format.shift_y, like.shift_y);
    }
    if (best == nullptr || cost < least) {
      best = &format;
      least = cost;
    }
  }
  if (best != nullptr) return *best;
  const std::string what = model == Model::Gray ? "gray" : model == Model::Rgb ? "RGB" : "YUV";
  throw Error(Status::Usage, "no pixel format has " + what + (alpha ? " with alpha" : "") + " in " +
                                 (bits == 32 ? "floats" : std::to_string(bits) + " bits"));
}

ColorSpace target_space(const ColorSpace& colors, const PixelChange& change) {
  if (change.to) return change.to->space;
  if (!change.primaries && !change.transfer) return colors;
  const auto number = [](const std::optional<int>& wanted, int own, int usual) {
    return wanted ? *wanted : own == unknown ? usual : own;
  };
  return {number(change.primaries, colors.primaries, 1), number(change.transfer, colors.transfer, 13), {}};
}

Model target_model(const Track& from, const PixelChange& change, bool other_colors) {
  if (change.format) return change.format->format->model;
  const Model model = from.pixels->model;
  // Colors are converted as RGB; back to chroma with fewer samples, they would lose more.
  const bool names_yuv = change.matrix || change.range || change.chroma;
  const bool needs_rgb = (change.depth && change.depth->is_float) || (other_colors && !names_yuv);
  if (model == Model::Yuv && needs_rgb && !(change.to && change.to->gray)) return Model::Rgb;
  if (!change.to) return model;
  if (change.to->gray) return Model::Gray;
  return model == Model::Gray && !change.to->space.profile.empty() ? Model::Rgb : model;
}

void change_format(Track& to, const PixelChange& change, bool other_colors) {
  const PixelFormat& own = *to.pixels;
  const bool flatten = change.alpha == PixelChange::AlphaChange::Flatten;
  const Model model = target_model(to, change, other_colors);
  if (change.format) {
    to.pixels = change.format->format;
    if (flatten && to.pixels->alpha) {
      throw Error(Status::Usage, "--flatten and a format with alpha, " + std::string(to.pixels->name));
    }
  }
  const bool alpha = to.pixels->alpha && !flatten;
  if (change.depth) {
    to.pixels = &similar_format(*to.pixels, model, change.depth->is_float ? 32 : change.depth->bits, alpha);
    to.bits = change.depth->is_float && change.depth->bits == 16 ? 16 : 0;
  } else if (model != to.pixels->model || alpha != to.pixels->alpha) {
    const bool exists = to.pixels->bits == 8 || to.pixels->bits == 16 || to.pixels->bits == 32;
    to.pixels = &similar_format(*to.pixels, model, model == to.pixels->model || exists ? to.pixels->bits : 16, alpha);
  }
  if (to.pixels != &own && !change.depth && to.bits >= to.pixels->bits) to.bits = 0;
  if (!to.pixels->alpha) {
    to.alpha = Alpha::None;
  } else if (to.alpha == Alpha::None) {
    to.alpha = Alpha::Straight;
  }
}

void change_color(Track& to, const Track& from, const ColorSpace& space, const PixelChange& change) {
  Color& color = to.color;
  if (space.profile.empty()) {
    color.primaries = space.primaries;
    color.transfer = space.transfer;
  } else if (change.to) {
    color.primaries = color.transfer = unknown;
  }
  const Model model = to.pixels->model;
  if (model != from.pixels->model || change.range || change.matrix || change.chroma) {
    if (model != from.pixels->model) {
      color.range = model == Model::Yuv ? Range::Limited : Range::Full;
      color.matrix = model == Model::Rgb ? 0 : unknown;
      color.chroma = Chroma::Unknown;
    } else {
      color = working(to, WorkingSpace::Decided).color;
    }
  }
  if (change.to && model == Model::Yuv && change.to->matrix != unknown) color.matrix = change.to->matrix;
  if (change.range) color.range = *change.range;
  if (change.chroma) color.chroma = *change.chroma;
  if (change.matrix) {
    if (model == Model::Rgb && *change.matrix != 0) {
      throw Error(Status::Usage, "--matrix: " + std::string(to.pixels->name) +
                                     " has no matrix; add --format yuv444p, or another one of YUV");
    }
    color.matrix = *change.matrix;
  }
  if (model == Model::Yuv && model != from.pixels->model) color = working(to, WorkingSpace::Decided).color;
}

// What lights of an HDR display say no longer holds in SDR.
void drop_hdr(Track& to) {
  if (to.color.transfer == pq || to.color.transfer == hlg || to.rest.find("\"hdr\"") == std::string::npos) return;
  Json rest = parse_json(to.rest, wire_limit::json);
  rest.erase("hdr");
  to.rest = rest.empty() ? std::string() : write_json(rest);
}

Track target_track(const Track& from, const ColorSpace& space, const PixelChange& change, bool other_colors) {
  Track to = from;
  change_format(to, change, other_colors);
  change_color(to, from, space, change);
  if (to.alpha != Alpha::None && change.alpha == PixelChange::AlphaChange::Premultiply) to.alpha = Alpha::Premultiplied;
  if (to.alpha != Alpha::None && change.alpha == PixelChange::AlphaChange::Unpremultiply) to.alpha = Alpha::Straight;
  if (change.density) set_density(to, change.density);
  return to;
}

}  // namespace

void parse_value(std::string_view option, std::string_view text, Depth& depth) {
  constexpr Name<Depth> words[] = {
      {"half", {16, true}}, {"16f", {16, true}}, {"float", {32, true}}, {"32f", {32, true}}};
  for (const auto& [word, value] : words) {
    if (word == text) {
      depth = value;
      return;
    }
  }
  const auto bits = to_number<int>(text);
  constexpr std::array known{8, 9, 10, 12, 14, 16};
  for (const int number : known) {
    if (bits == number) {
      depth = {number, false};
      return;
    }
  }
  bad_value(option, text, "is not 8, 9, 10, 12, 14 or 16 bits, half or float");
}

void parse_value(std::string_view option, std::string_view text, FormatName& name) {
  const std::string_view full = text == "rgb" ? "rgb24" : text == "grey" ? "gray" : text;
  name.format = find_pixel_format(full);
  if (name.format == nullptr) bad_value(option, text, "is no pixel format, as gray, rgb24, rgba, rgb48le or yuv420p");
}

PixelPlan plan_change(const Track& from, const ColorSpace& colors, const PixelChange& change) {
  ColorSpace space = target_space(colors, change);
  const bool other_colors = ColorTransform::needed(colors, space, from.pixels->model == Model::Gray, change.intent);
  Track to = target_track(from, space, change, other_colors);
  const bool was_gray = from.pixels->model == Model::Gray, gray = to.pixels->model == Model::Gray;
  // A profile does not describe pixels that became gray, or RGB.
  if (!space.profile.empty() && !profile_fits(space.profile, gray)) {
    space = {1, 13, {}};
    to.color.primaries = 1;
    to.color.transfer = 13;
  }
  if (space.transfer != colors.transfer || !colors.profile.empty()) drop_hdr(to);

  Track last = to;  // before dithering
  const PixelFormat* deep = nullptr;
  if (change.dither != Dither::None) deep = Ditherer::format_before(*from.pixels, *to.pixels);
  if (deep != nullptr) {
    last.pixels = deep;
    last.bits = 0;
  }
  const bool moves = was_gray != gray && (change.to || !colors.profile.empty());
  Track start = from;
  start.color.primaries = to.color.primaries;
  start.color.transfer = to.color.transfer;
  PixelPlan plan{Chain(start), space.profile};
  if (moves || ColorTransform::needed(colors, space, gray, change.intent)) {
    const ColorTransform::Settings settings{change.intent, change.black_point, change.background.rgb(), change.threads};
    plan.steps.add(std::make_unique<ColorTransform>(from, colors, last, space, settings));
  } else {
    plan.steps.convert_to(last, change.background.rgb());
  }
  if (deep != nullptr) plan.steps.add(std::make_unique<Ditherer>(last, to, change.dither));
  return plan;
}

}  // namespace sl
