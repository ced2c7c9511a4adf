// The choice among film tracks.

#pragma once

#include <memory>
#include <vector>

#include "formats/av/encode/film_track.h"
#include "libcore/media/attachment.h"

namespace sl::av {

// Make the track that encodes or packs `track` into the sink; null if it is neither raw nor of a codec that FFmpeg
// knows. `first` is its first frame, if known.
[[nodiscard]] std::unique_ptr<FilmTrack> make_film_track(const FilmSettings& settings, PacketSink& sink,
                                                         const Track& track, const std::vector<Attachment>& attached,
                                                         const Frame* first);

}  // namespace sl::av
