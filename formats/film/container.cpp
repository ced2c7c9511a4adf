// The table of containers.

#include "formats/film/container.h"

#include <algorithm>
#include <array>

namespace sl {

namespace {

using enum FilmContainer::Times;

// H.264 and AAC in the common containers; Opus in Matroska, which records the padding before Opus's first sample, but
// not before AAC's; lossless codecs in containers for tools (NUT, FLAC, WAV, Y4M).
constexpr std::array containers{
    FilmContainer{"mp4", "mp4", "h264", "aac", Any, true, true},
    FilmContainer{"m4v", "mp4", "h264", "aac", Any, true, true},
    FilmContainer{"mov", "mov", "h264", "aac", Any, true, true},
    FilmContainer{"m4a", "ipod", "", "aac", Any, true},
    FilmContainer{"mkv", "matroska", "h264", "opus", Any, false, false, true},
    FilmContainer{"mka", "matroska", "", "opus"},
    FilmContainer{"webm", "webm", "vp9", "opus", Any, false, false, true},
    FilmContainer{"ts", "mpegts", "h264", "aac"},
    FilmContainer{"flv", "flv", "h264", "aac"},
    FilmContainer{"avi", "avi", "h264", "pcm", Grid},
    FilmContainer{"ogg", "ogg", "theora", "vorbis", Grid},
    FilmContainer{"ogv", "ogg", "theora", "vorbis", Grid},
    FilmContainer{"oga", "ogg", "", "vorbis"},
    FilmContainer{"opus", "opus", "", "opus"},
    FilmContainer{"wav", "wav", "", "pcm"},
    FilmContainer{"pcm", "s16le", "", "pcm"},  // the muxer writes any samples
    FilmContainer{"flac", "flac", "", "flac"},
    FilmContainer{"mp3", "mp3", "", "mp3"},
    FilmContainer{"y4m", "yuv4mpegpipe", "wrapped_avframe", "", Grid},
    FilmContainer{"nut", "nut", "ffv1", "flac"},
    FilmContainer{"mjpeg", "mjpeg", "mjpeg", "", Grid},
};

}  // namespace

std::span<const FilmContainer> film_containers() { return containers; }

const FilmContainer* find_film_container(std::string_view extension) {
  const auto found = std::ranges::find(containers, extension, &FilmContainer::extension);
  return found == containers.end() ? nullptr : &*found;
}

}  // namespace sl
