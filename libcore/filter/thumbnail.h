// Thumbnails: one small picture of each stream.

#pragma once

#include <optional>

#include "libcore/base/size_rule.h"
#include "libcore/base/times.h"
#include "libcore/pixels/crop_choice.h"
#include "libcore/pixels/resample.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

struct ThumbnailSettings {
  SizeRule size;                  // of the upright picture with square pixels
  std::optional<CropPlace> crop;  // cut it to the box that `size` covers
  std::optional<Seconds> at;      // of a film, the frame shown then
  Resampler::Settings resampling{};
};

// Write a small upright picture of each stream's first track of pictures: of one with several frames the frame at a
// time, or the one that differs least from the mean of 20 that are spread over 10 to 60 % of them. Frames are made
// small as they come; about 80 of these are kept. Colors become sRGB; sound, other tracks and all metadata are left
// out. Programs that use it link lcms2. Throw Data for a stream without pictures.
void make_thumbnails(Reader& in, Writer& out, const ThumbnailSettings& settings);

}  // namespace sl
