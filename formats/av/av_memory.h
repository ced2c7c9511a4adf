// What FFmpeg allocates: its owners, and allocation that throws Error(Resources, "out of memory") where FFmpeg returns
// null or a code.

#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avio.h>
#include <libavutil/frame.h>
}

#include <memory>
#include <string_view>

namespace sl::av {

struct Free {
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVDictionary* p) const { av_dict_free(&p); }
};
using FramePtr = std::unique_ptr<AVFrame, Free>;
using PacketPtr = std::unique_ptr<AVPacket, Free>;
using CodecPtr = std::unique_ptr<AVCodecContext, Free>;

// Throw unless a call returned a pointer, or a code that is no error.
void check_allocated(const void* pointer);
void check_allocated(int code);

[[nodiscard]] FramePtr new_frame();
[[nodiscard]] PacketPtr new_packet();
// Return a frame with memory for a picture.
[[nodiscard]] FramePtr new_picture(int format, int width, int height);
// Return a context with these parameters, for a parser.
[[nodiscard]] CodecPtr new_context(const AVCodecParameters& parameters);
// Copy bytes into the extradata of `parameters`, which have none.
void set_extradata(AVCodecParameters& parameters, std::string_view bytes);

// Return a context that calls back with `self`, and owns a buffer of 64 KiB; null callbacks: it cannot do that.
[[nodiscard]] AVIOContext* new_io(void* self, int (*read)(void*, std::uint8_t*, int),
                                  int (*write)(void*, std::uint8_t*, int),
                                  std::int64_t (*seek)(void*, std::int64_t, int));
void free_io(AVIOContext* context);  // null: nothing

}  // namespace sl::av
