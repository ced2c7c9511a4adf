// Strips of pictures and blocks of sound in fewer bytes, without loss: the codec "sl-lossless" (docs/wire-format.md,
// Packed strips).

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl::packing {

// What stands before the packed samples of a strip, 16 bytes.
struct StripHead {
  static constexpr std::size_t bytes = 16;

  std::uint32_t first = 0;   // row of the frame; of sound: moment of the frame
  std::uint32_t rows = 0;    // or moments, each with a sample for each channel
  std::uint32_t length = 0;  // bytes that follow
  bool damaged = false;      // as of ROWS
  bool color = false;        // red and blue are less green
};

// Parse the first bytes of a strip that comes next in a frame, from row `next` on. Throw Data, without the input's
// name, if a strip of this track cannot begin so: rows in wrong places, more samples than a strip of the wire has, or
// more bytes than they need.
[[nodiscard]] StripHead read_strip_head(const Track& track, std::uint32_t next, std::span<const std::byte> bytes);

// The most bytes of samples that a block of sound holds.
inline constexpr std::size_t most_sound_bytes = std::size_t{1} << 20;

class StripCoder {
 public:
  StripCoder();
  ~StripCoder();
  StripCoder(const StripCoder&) = delete;
  StripCoder& operator=(const StripCoder&) = delete;

  // Return a strip with its head, packed; valid until the next call. Of sound: `samples` are whole moments from `first`
  // on, at most most_sound_bytes.
  [[nodiscard]] std::span<const std::byte> pack(const Track& track, const Strip& strip);
  [[nodiscard]] std::span<const std::byte> pack(const Track& track, std::uint32_t first,
                                                std::span<const std::byte> samples);
  // Write the samples of a packed strip, whose head read_strip_head has checked, to `to`, packed planes of head.rows
  // rows, or head.rows moments. Throw Data, without the input's name, if they are damaged: then some are written.
  void unpack(const Track& track, const StripHead& head, std::span<const std::byte> body, const Strip& to);
  void unpack(const Track& track, const StripHead& head, std::span<const std::byte> body, std::span<std::byte> to);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl::packing
