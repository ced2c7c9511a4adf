// The memory of a picture, checked once.

#include "libcore/media/image.h"

#include "libcore/base/limits.h"
#include "libcore/media/track.h"

namespace sl {

Image::Image(const Track& track, std::string_view name, std::string_view purpose) {
  check_pixels(name, track.width, track.height);
  const std::uint64_t bytes = strip_bytes(*track.pixels, track.width, track.height);
  check_memory(name, bytes, purpose);
  bytes_ = static_cast<std::size_t>(bytes);
  memory_ = std::make_unique_for_overwrite<std::byte[]>(bytes_);
  whole_ = packed_strip(*track.pixels, track.width, track.height, memory_.get());
  whole_.last = true;
}

void Image::put(const Strip& strip) {
  whole_.damaged = strip.damaged || (strip.first != 0 && whole_.damaged);
  copy_rows(strip, rows(strip.first, strip.rows));
}

}  // namespace sl
