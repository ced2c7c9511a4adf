// Both hashes of a picture, from its strips.

#pragma once

#include <nettle/sha2.h>

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/pixels/perceptual_hash.h"
#include "libcore/pixels/step.h"

namespace sl::hash {

class PictureHash {
 public:
  explicit PictureHash(const Track& track);
  void add(const Strip& strip);
  // After the last strip: SHA-256 as 64 digits. Of "rgb24 290x442\n", and then R'G'B' or gray's equal, upright, of full
  // range, as deep as the picture, with alpha if it has any; little-endian.
  [[nodiscard]] std::string exact();
  [[nodiscard]] std::uint64_t perceptual() const { return looks_.value(); }

 private:
  Chain upright_, to_rgb_, to_gray_;
  PerceptualHash looks_;
  sha256_ctx sha_{};
};

}  // namespace sl::hash
