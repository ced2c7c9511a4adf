// Frames from a pool. Rows that do not lie in them as in strips are copied once between the pipe and the encoder.

#include "formats/av/encode/frame_pool.h"
#include "libcore/media/strip.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

#include <cstring>

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
  if (pool_ == nullptr) throw Error(Status::Resources, "out of memory");
}

FramePool::~FramePool() { av_buffer_pool_uninit(&pool_); }

FramePtr FramePool::get() {
  FramePtr frame = new_frame();
  frame->buf[0] = av_buffer_pool_get(pool_);
  if (frame->buf[0] == nullptr) throw Error(Status::Resources, "out of memory");
  frame->format = format_;
  frame->width = width_;
  frame->height = height_;
  av_image_fill_arrays(frame->data, frame->linesize, frame->buf[0]->data, format_, width_, height_, alignment);
  return frame;
}

std::optional<Strip> FramePool::place(std::uint32_t first, std::uint32_t rows, AVFrame& frame) const {
  if (!same_order_) return std::nullopt;
  const auto width = static_cast<std::uint32_t>(used_width_);
  Strip strip = packed_strip(rows_, width, rows, nullptr);
  for (int i = 0; i < rows_.planes; ++i) {
    Plane& plane = strip.planes.at(static_cast<std::size_t>(i));
    // A row at a time would cost more than to copy it.
    if (static_cast<std::size_t>(frame.linesize[i]) != plane.stride) return std::nullopt;
    plane.data = reinterpret_cast<std::byte*>(frame.data[i]) + plane.stride * plane_rows(rows_, i, first);
  }
  return strip;
}

void FramePool::copy(const Strip& strip, AVFrame& frame) const {
  if (!same_order_) return copy_in_other_order(strip, frame);
  for (int plane = 0; plane < rows_.planes; ++plane) copy_plane(strip, plane, frame);
}

void FramePool::copy_plane(const Strip& strip, int plane, AVFrame& frame) const {
  const auto index = static_cast<std::size_t>(plane);
  const Plane& from = strip.planes.at(index);
  const auto stride = static_cast<std::size_t>(frame.linesize[plane]);
  const std::uint32_t first = plane_rows(rows_, plane, strip.first);
  std::uint8_t* to = frame.data[plane] + stride * first;
  const auto bytes = static_cast<std::size_t>(row_bytes(rows_, plane, static_cast<std::uint32_t>(used_width_)));
  const auto wide = static_cast<std::size_t>(row_bytes(rows_, plane, static_cast<std::uint32_t>(width_)));
  const std::size_t last_pixel = wide - bytes;  // at most one is repeated
  const bool placed = reinterpret_cast<const std::uint8_t*>(from.data) == to;
  for (std::uint32_t y = 0; y < from.rows; ++y, to += stride) {
    if (!placed) std::memcpy(to, from.data + from.stride * y, bytes);
    if (last_pixel != 0) std::memcpy(to + bytes, to + bytes - last_pixel, last_pixel);
  }
  const std::uint32_t high = plane_rows(rows_, plane, static_cast<std::uint32_t>(height_));
  const std::uint32_t used = plane_rows(rows_, plane, static_cast<std::uint32_t>(used_height_));
  if (strip.last && high > used) std::memcpy(to, to - stride, wide);
}

// RGB of 8 bits, as the encoder wants its bytes to lie.
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
