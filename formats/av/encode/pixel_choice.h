// Which of an encoder's pixel formats frames are given in.

#pragma once

#include <string>

#include "formats/av/av_media.h"
#include "formats/commands/film_container.h"

namespace sl::av {

struct PixelChoice {
  Track rows;                              // what rows are converted to: its pixels, colour and alpha
  AVPixelFormat format = AV_PIX_FMT_NONE;  // what the encoder takes: those samples, RGB perhaps in another order
};

// `asked`: "" is what players want of codecs that people watch and the nearest without loss of others; "keep" the
// nearest; or a format's name. Throws Usage where the encoder does not take what was asked for, Data where it takes
// nothing that we have.
[[nodiscard]] PixelChoice choose_pixels(const Track& track, const AVCodec& codec, const FilmContainer& container,
                                        const std::string& asked);

}  // namespace sl::av
