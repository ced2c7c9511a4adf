// Frames from a pool. Rows with another layout than in strips are copied once between the pipe and the encoder.

#include "formats/av/encode/frame_pool.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

#include <cstring>

#include "formats/av/av_strip.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {
constexpr int alignment = 64;
}

FramePool::FramePool(AVPixelFormat format, const PixelFormat& rows, int width, int height, int used_width,
                     int used_height)
    : format_(format),
      rows_(rows),
      width_(width),
      height_(height),
      used_width_(used_width),
      used_height_(used_height),
      same_order_(wire_format(format) == &rows) {
  const int size = av_image_get_buffer_size(format, width, height, alignment);
  if (size < 0) throw Error(Status::Limit, "frames of this size are more than FFmpeg takes");
  check_memory("the film", static_cast<std::uint64_t>(size), "a frame");
  pool_ = av_buffer_pool_init(static_cast<std::size_t>(size) + alignment, nullptr);
  check_allocated(pool_);
}

FramePool::~FramePool() { av_buffer_pool_uninit(&pool_); }

FramePtr FramePool::get() {
  FramePtr frame = new_frame();
  frame->buf[0] = av_buffer_pool_get(pool_);
  check_allocated(frame->buf[0]);
  frame->format = format_;
  frame->width = width_;
  frame->height = height_;
  av_image_fill_arrays(frame->data, frame->linesize, frame->buf[0]->data, format_, width_, height_, alignment);
  return frame;
}

Strip FramePool::rows_of(const AVFrame& frame, std::uint32_t first, std::uint32_t rows) const {
  const Strip picture =
      strip_of(frame, rows_, static_cast<std::uint32_t>(used_width_), static_cast<std::uint32_t>(used_height_));
  return part_of(picture, first, rows);
}

std::optional<Strip> FramePool::place(std::uint32_t first, std::uint32_t rows, AVFrame& frame) const {
  if (!same_order_) return std::nullopt;
  const Strip strip = rows_of(frame, first, rows);
  for (int i = 0; i < rows_.planes; ++i) {
    // Reading rows one at a time would cost more than copying them.
    if (strip.planes.at(static_cast<std::size_t>(i)).stride != row_bytes(rows_, i, strip.width)) return std::nullopt;
  }
  return strip;
}

void FramePool::copy(const Strip& strip, AVFrame& frame) const {
  if (!same_order_) return copy_in_other_order(strip, frame);
  const Strip to = rows_of(frame, strip.first, strip.rows);
  if (strip.planes[0].data != to.planes[0].data) copy_rows(strip, to);
  if (width_ != used_width_ || height_ != used_height_) repeat_edge(to);
}

void FramePool::repeat_edge(const Strip& strip) const {
  for (int i = 0; i < rows_.planes; ++i) {
    const Plane& plane = strip.planes.at(static_cast<std::size_t>(i));
    const auto bytes = static_cast<std::size_t>(row_bytes(rows_, i, strip.width));
    const auto wide = static_cast<std::size_t>(row_bytes(rows_, i, static_cast<std::uint32_t>(width_)));
    const std::size_t pixel = wide - bytes;  // at most one is repeated
    for (std::uint32_t y = 0; y < plane.rows && pixel != 0; ++y) {
      std::byte* const end = plane.row<std::byte>(y) + bytes;
      std::memcpy(end, end - pixel, pixel);
    }
    const std::uint32_t high = plane_rows(rows_, i, static_cast<std::uint32_t>(height_));
    const std::uint32_t used = plane_rows(rows_, i, static_cast<std::uint32_t>(used_height_));
    if (!strip.last || high <= used) continue;
    std::byte* const below = plane.row<std::byte>(plane.rows);
    std::memcpy(below, below - plane.stride, wide);
  }
}

// RGB of 8 bits in the encoder's order of bytes.
void FramePool::copy_in_other_order(const Strip& strip, AVFrame& frame) const {
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(format_);
  const int components = rows_.components;
  const int step = description.comp[0].step;
  const Plane& from = strip.planes[0];
  for (std::uint32_t y = 0; y < strip.rows; ++y) {
    const auto* pixel = reinterpret_cast<const std::uint8_t*>(from.data + from.stride * y);
    std::uint8_t* to = frame.data[0] + static_cast<std::size_t>(frame.linesize[0]) * (strip.first + y);
    if (step > components) std::memset(to, 255, static_cast<std::size_t>(step) * static_cast<std::size_t>(width_));
    for (int x = 0; x < used_width_; ++x, pixel += components, to += step) {
      for (int c = 0; c < components; ++c) to[description.comp[c].offset] = pixel[c];
    }
  }
}

}  // namespace sl::av
