// Neighbourhood filters: each row of a picture is made of itself and of rows above and below it.

#pragma once

#include <cstdint>
#include <functional>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// The rows that a kernel reads. Rows of a plane count from the first one that the kernel writes.
class RowsAround {
 public:
  // `strip` holds rows of a frame with their context; `out_first` is the row of the frame that the kernel writes first.
  RowsAround(const Strip& strip, std::uint32_t out_first, bool interlaced) : strip_(strip), step_(interlaced ? 2 : 1) {
    for (int p = 0; p < strip.format->planes; ++p) {
      own_first_[static_cast<std::size_t>(p)] = plane_rows(*strip.format, p, out_first - strip.first);
    }
  }

  // Return the row `distance` rows below row `y` of a plane (above it, if negative), in the same field of an interlaced
  // frame. Beyond an edge of the frame it is the last row before the edge.
  template <class T>
  [[nodiscard]] const T* row(int plane, std::uint32_t y, int distance) const {
    const Plane& rows = strip_.planes[static_cast<std::size_t>(plane)];
    std::int64_t at = std::int64_t{own_first_[static_cast<std::size_t>(plane)]} + y + std::int64_t{distance} * step_;
    while (at < 0) at += step_;
    while (at >= rows.rows) at -= step_;
    return rows.row<T>(static_cast<std::uint32_t>(at));
  }

 private:
  Strip strip_;
  int step_;
  std::uint32_t own_first_[4]{};
};

struct WindowFilter {
  // Rows above and below that the kernel reads, in rows of each plane (so twice as many rows of the picture for chroma
  // of 4:2:0).
  std::uint32_t radius = 1;
  int threads = 1;
  // Return the track that the kernel works in: the picture's size, perhaps other samples. Empty: its own track. But
  // packed 4:2:2 comes in planes.
  std::function<Track(const Track&)> target;
  // Write all samples of `out`, which has the track's format. Called by several threads at once, for different rows.
  std::function<void(const Track& track, const RowsAround& in, const Strip& out)> kernel;
};

// Run a neighbourhood filter on each track of raw video, strip by strip, in threads. Rows leave in order, and are the
// same for any number of threads and however strips are cut. Rows that are complete leave before the input waits.
// Everything else passes; attachments that are tied to the old samples are left out, with an EVENT (pass_untied).
void map_window(Reader& in, Writer& out, const WindowFilter& filter);

}  // namespace sl
