// Rows from the reader to a film track.

#include "formats/av/encode/film_track.h"

namespace sl::av {

void take_rows(Reader& in, FilmTrack& track) {
  const auto room = track.room_for(in.rows_prefix());
  track.rows(room ? in.strip(*room) : in.strip());
}

}  // namespace sl::av
