// The frames of an APNG as PNGs of their own, for the decoder of stills.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "formats/png/animation.h"
#include "libcore/bytes/source.h"

namespace sl {

class ApngFeed {
 public:
  // `source` stands at the signature, and outlives this. Reports chunks behind the first pixels to `left_out`.
  ApngFeed(Source& source, LeftOut left_out);

  // Read up to the first frame. Throw Data, without the input's name.
  void begin();
  // Go to the next frame; return false if there is no other one. Throw Data if one is missing.
  [[nodiscard]] bool next();
  // Read the rest of the frame, and up to the end of the file behind the last one.
  void finish_frame();
  // Bytes of a PNG that holds this frame; 0 at its end. Throw Data.
  [[nodiscard]] std::size_t read(std::span<std::byte> into);

  [[nodiscard]] const ApngControl& control() const { return control_; }
  [[nodiscard]] std::uint32_t width() const { return width_; }
  [[nodiscard]] std::uint32_t height() const { return height_; }
  [[nodiscard]] std::uint32_t frames() const { return frames_; }
  [[nodiscard]] std::uint32_t plays() const { return plays_; }

 private:
  struct Chunk {
    std::uint32_t length = 0;
    std::string type;
  };
  [[nodiscard]] Chunk peek_chunk();
  [[nodiscard]] std::string take_chunk(const Chunk& chunk);
  void take_control(const Chunk& chunk);
  void begin_pixels(const Chunk& chunk);
  void end_pixels();
  void check_sequence(std::uint32_t sequence);
  void skip_default_image();

  Source& source_;
  LeftOut left_out_;
  std::uint32_t width_ = 0, height_ = 0, frames_ = 0, plays_ = 0, sequence_ = 0, number_ = 0;
  std::string header_, colours_;  // IHDR's data; PLTE and tRNS
  std::optional<ApngControl> coming_;
  ApngControl control_;
  std::string queue_;  // bytes to give first
  std::size_t given_ = 0;
  std::uint32_t left_ = 0, crc_in_ = 0, crc_out_ = 0;  // of the chunk in progress
  bool in_chunk_ = false, is_first_image_ = false, frame_ended_ = true, ended_ = false;
};

}  // namespace sl
