// Colour frames to frames with a palette each, for GIF.

#pragma once

#include "formats/av/av_media.h"

struct AVFilterGraph;
struct AVFilterContext;

namespace sl::av {

// libavfilter's palettegen and paletteuse, with a palette for each frame: memory for two frames at any length.
class PaletteMaker {
 public:
  PaletteMaker(AVPixelFormat format, int width, int height, AVRational time_base, bool alpha);
  ~PaletteMaker();
  PaletteMaker(const PaletteMaker&) = delete;
  PaletteMaker& operator=(const PaletteMaker&) = delete;

  // Return the frame in at most 256 colours (PAL8).
  [[nodiscard]] FramePtr reduce(AVFrame& frame);

 private:
  AVFilterGraph* graph_ = nullptr;
  AVFilterContext *in_ = nullptr, *out_ = nullptr;
};

}  // namespace sl::av
