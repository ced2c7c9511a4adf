// Two ways for each strip: to R'G'B' and into SHA-256, to luma and into the means.

#include "tools/hash/picture_hash.h"

#include <array>
#include <cstdio>

#include "libcore/base/size_text.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl::hash {

namespace {

Track upright_track(const Chain& upright) {
  Track track = upright.track();
  track.orientation = 1;
  return track;
}

Chain conversion(const Track& track, WorkingSpace space) {
  Chain steps(track);
  steps.convert_to(working(track, space), {1, 1, 1});
  return steps;
}

}  // namespace

PictureHash::PictureHash(const Track& track)
    : upright_(upright_steps(track)),
      to_rgb_(conversion(upright_track(upright_), WorkingSpace::Rgb)),
      to_gray_(conversion(upright_track(upright_), WorkingSpace::FloatGray)),
      looks_(to_gray_.track().width, to_gray_.track().height) {
  sha256_init(&sha_);
  const Track& made = to_rgb_.track();
  const std::string head = std::string(made.pixels->name) + " " + size_text({made.width, made.height}) + "\n";
  sha256_update(&sha_, head.size(), reinterpret_cast<const std::uint8_t*>(head.data()));
}

void PictureHash::add(const Strip& strip) {
  const auto look = [&](const Strip& rows) {
    for (std::uint32_t y = 0; y < rows.rows; ++y) looks_.add(rows.planes[0].row<float>(y));
  };
  const auto digest = [&](const Strip& rows) {
    const Plane& plane = rows.planes[0];
    const std::size_t bytes = plane.width * static_cast<std::size_t>(rows.format->sample_bytes());
    for (std::uint32_t y = 0; y < rows.rows; ++y) sha256_update(&sha_, bytes, plane.row<std::uint8_t>(y));
  };
  upright_.push(strip, [&](const Strip& rows) {
    to_gray_.push(rows, look);
    to_rgb_.push(rows, digest);
  });
}

std::string PictureHash::exact() {
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
  sha256_digest(&sha_, digest.size(), digest.data());
  std::string text;
  for (const std::uint8_t byte : digest) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    text += digits.data();
  }
  return text;
}

}  // namespace sl::hash
