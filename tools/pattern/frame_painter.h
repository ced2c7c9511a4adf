// Makes frames of a test picture. One alone is sent strip by strip; of several, the still parts are made once.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/wire/writer.h"
#include "picture.h"
#include "test_card.h"

namespace sl::pattern {

class FramePainter {
 public:
  // `name`: of the picture. Throw Usage for an unknown one, Limit if a frame that must be kept is too large.
  FramePainter(const std::string& name, const Track& track, std::uint64_t seed, bool single);

  // Write the rows of frame `moment.number`.
  void write(Writer& out, std::uint16_t track, const CardPainter::Moment& moment);

 private:
  void draw(std::uint64_t number, const Converter::Emit& emit) const;
  void draw_into_memory();

  Track track_, floats_;
  Picture picture_;
  std::optional<CardPainter> card_;
  bool keeps_ = false;
  std::vector<std::byte> frame_;
};

}  // namespace sl::pattern
