// AVFrames to copy rows into, whose memory is reused.

#pragma once

#include <optional>

#include "formats/av/av_media.h"
#include "libcore/media/strip.h"

namespace sl::av {

class FramePool {
 public:
  // Frames of `width` by `height`. Strips in the format `rows` fill `used_width` by `used_height`; the rest repeats the
  // last column and row. Memory for a frame is checked against --max-memory.
  FramePool(AVPixelFormat format, const PixelFormat& rows, int width, int height, int used_width, int used_height);
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  [[nodiscard]] FramePtr get();
  // Return rows of the frame, if their layout is the same as in strips.
  [[nodiscard]] std::optional<Strip> place(std::uint32_t first, std::uint32_t rows, AVFrame& frame) const;
  // Copy a strip to its rows, unless it is already there.
  void copy(const Strip& strip, AVFrame& frame) const;

 private:
  [[nodiscard]] Strip rows_of(const AVFrame& frame, std::uint32_t first, std::uint32_t rows) const;
  void repeat_edge(const Strip& strip) const;
  void copy_in_other_order(const Strip& strip, AVFrame& frame) const;

  AVPixelFormat format_;
  const PixelFormat& rows_;
  int width_, height_, used_width_, used_height_;
  bool same_order_;
  AVBufferPool* pool_ = nullptr;
};

}  // namespace sl::av
