// Choosing one of an encoder's pixel formats.

#pragma once

#include <string>

#include "formats/av/av_media.h"
#include "formats/film/container.h"
#include "libcore/media/track.h"

namespace sl::av {

struct PixelChoice {
  Track rows;                              // the target of conversion: its pixels, colour and alpha
  AVPixelFormat format = AV_PIX_FMT_NONE;  // the encoder's: the same samples, RGB perhaps in another order
};

// `asked`: "" is the format that players take, for codecs for watching, and the nearest without loss for others;
// "keep" the nearest; or a format's name. Throw Usage if the encoder does not take the named format, Data if it takes
// no format of the wire.
[[nodiscard]] PixelChoice choose_pixels(const Track& track, const AVCodec& codec, const FilmContainer& container,
                                        const std::string& asked);

}  // namespace sl::av
