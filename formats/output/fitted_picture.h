// A picture's file of at most so many bytes, in the highest quality that fits. The picture is held once, as it came,
// and encoded a few times.

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "formats/output/picture_encoder.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"

namespace sl {

class FittedPicture final : public PictureWriter {
 public:
  // As a PictureEncoder; `settings.max_size` is not 0, and the format has the option `quality`. Nothing is written
  // before finish().
  FittedPicture(const PictureEncoder::Settings& settings, Target& target, const Track& track,
                const std::vector<Attachment>& attachments, LeftOut left_out);

  void begin_frame(const Frame& frame) override;
  void write_rows(const Strip& strip) override;
  void flush() override {}
  // Throw Limit, naming the smallest size, if no quality fits.
  void finish() override;

 private:
  struct Held {
    Frame frame;
    Image image;
    bool whole = false;
  };
  // Encode with this quality; return the size. The bytes are in `bytes_` if they fit.
  std::uint64_t encode(int quality);

  PictureEncoder::Settings settings_;
  Target& target_;
  Track track_;
  std::vector<Attachment> attachments_;
  LeftOut left_out_;
  std::vector<Held> frames_;
  std::vector<std::byte> bytes_;
};

}  // namespace sl
