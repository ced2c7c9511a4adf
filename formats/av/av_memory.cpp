// Allocation by FFmpeg.

#include "formats/av/av_memory.h"

#include <algorithm>

#include "libcore/base/error.h"

namespace sl::av {

void check_allocated(const void* pointer) {
  if (pointer == nullptr) throw Error(Status::Resources, "out of memory");
}

void check_allocated(int code) {
  if (code < 0) throw Error(Status::Resources, "out of memory");
}

FramePtr new_frame() {
  FramePtr frame(av_frame_alloc());
  check_allocated(frame.get());
  return frame;
}

PacketPtr new_packet() {
  PacketPtr packet(av_packet_alloc());
  check_allocated(packet.get());
  return packet;
}

FramePtr new_picture(int format, int width, int height) {
  FramePtr frame = new_frame();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  check_allocated(av_frame_get_buffer(frame.get(), 0));
  return frame;
}

CodecPtr new_context(const AVCodecParameters& parameters) {
  CodecPtr context(avcodec_alloc_context3(nullptr));
  check_allocated(context.get());
  check_allocated(avcodec_parameters_to_context(context.get(), &parameters));
  return context;
}

void set_extradata(AVCodecParameters& parameters, std::string_view bytes) {
  parameters.extradata = static_cast<std::uint8_t*>(av_mallocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  check_allocated(parameters.extradata);
  parameters.extradata_size = static_cast<int>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), parameters.extradata);
}

AVIOContext* new_io(void* self, int (*read)(void*, std::uint8_t*, int), int (*write)(void*, std::uint8_t*, int),
                    std::int64_t (*seek)(void*, std::int64_t, int)) {
  constexpr int buffer_bytes = 64 << 10;
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
  check_allocated(buffer);
  AVIOContext* context = avio_alloc_context(buffer, buffer_bytes, write != nullptr ? 1 : 0, self, read, write, seek);
  if (context == nullptr) av_free(buffer);
  check_allocated(context);
  return context;
}

void free_io(AVIOContext* context) {
  if (context == nullptr) return;
  av_freep(&context->buffer);
  avio_context_free(&context);
}

}  // namespace sl::av
