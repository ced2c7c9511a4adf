// Ranges of codes, from what a track says of its colours.

#include "libcore/pixels/channels.h"

#include <array>
#include <cmath>
#include <string>

#include "libcore/base/error.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"

namespace sl {

Channels channels_of(const Track& track) {
  const PixelFormat& format = *track.pixels;
  const convert::Space space = convert::decide(track, track).from;
  Channels channels;
  channels.has_chroma = space.model == Model::Yuv;
  channels.alpha = space.alpha;
  channels.largest = format.sample == Sample::F32 ? 0 : (1 << format.bits) - 1;
  const int matrix = track.color.matrix;
  if (channels.has_chroma && (matrix == 10 || matrix == 13 || matrix == 14)) {
    throw Error(Status::Data, "colours of matrix " + std::to_string(matrix) +
                                  " (constant luminance, ICtCp) cannot be changed channel by channel");
  }
  const convert::Code colour = convert::code_of(format, space, 0);
  channels.colour = {static_cast<float>(colour.zero), static_cast<float>(colour.zero + colour.scale)};
  if (channels.has_chroma) {
    const convert::Code chroma = convert::code_of(format, space, 1);
    const double half = std::ceil(chroma.scale / 2);
    channels.chroma = {static_cast<float>(chroma.zero - half), static_cast<float>(chroma.zero + half)};
  }
  return channels;
}

std::string_view component_name(const Track& track, int component) {
  constexpr std::array<std::array<std::string_view, 3>, 3> names{
      {{"gray", "", ""}, {"red", "green", "blue"}, {"luma", "Cb", "Cr"}}};
  if (component == convert::alpha_component) return "alpha";
  const Model model = convert::decide(track, track).from.model;
  return names.at(static_cast<std::size_t>(model)).at(static_cast<std::size_t>(component));
}

}  // namespace sl
