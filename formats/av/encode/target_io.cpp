// Callbacks of AVIOContexts over a Target.

#include "formats/av/encode/target_io.h"

#include <algorithm>
#include <span>
#include <utility>

namespace sl::av {

namespace {

constexpr int buffer_bytes = 64 << 10;

template <class Read, class Write, class Seek>
AVIOContext* make_context(void* self, Read read, Write write, Seek seek) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
  AVIOContext* context = nullptr;
  if (buffer != nullptr) {
    context = avio_alloc_context(buffer, buffer_bytes, write != nullptr ? 1 : 0, self, read, write, seek);
  }
  if (context == nullptr) av_free(buffer);
  return context;
}

void free_context(AVIOContext* context) {
  if (context == nullptr) return;
  av_freep(&context->buffer);
  avio_context_free(&context);
}

using Callback = int (*)(void*, std::uint8_t*, int);
using SeekCallback = std::int64_t (*)(void*, std::int64_t, int);

}  // namespace

TargetIo::TargetIo(Target& target) : target_(target) {
  context_ = make_context(this, Callback{nullptr}, Callback{write}, can_rewrite() ? SeekCallback{seek} : nullptr);
  if (context_ == nullptr) throw Error(Status::Resources, "out of memory");
}

TargetIo::~TargetIo() { free_context(context_); }

void TargetIo::check() {
  if (failure_) std::rethrow_exception(failure_);
}

void TargetIo::serve(AVFormatContext& format) {
  format.opaque = this;
  format.io_open = open_again;
  format.io_close2 = close_again;
}

int TargetIo::write(void* self, std::uint8_t* bytes, int size) {
  auto& io = *static_cast<TargetIo*>(self);
  if (io.failure_) return AVERROR(EIO);
  try {
    std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(bytes), static_cast<std::size_t>(size));
    const auto end = static_cast<std::int64_t>(io.target_.position());
    if (io.position_ < end) {
      const auto inside = std::min(rest.size(), static_cast<std::size_t>(end - io.position_));
      io.target_.write_at(static_cast<std::uint64_t>(io.position_), rest.first(inside));
      rest = rest.subspan(inside);
    }
    if (!rest.empty()) io.target_.write(rest);
    io.position_ += size;
    return size;
  } catch (...) {
    io.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

int TargetIo::read(void* self, std::uint8_t* into, int size) {
  auto& io = *static_cast<TargetIo*>(self);
  if (io.failure_) return AVERROR(EIO);
  try {
    const std::size_t count = io.target_.read_at(static_cast<std::uint64_t>(io.read_position_),
                                                 {reinterpret_cast<std::byte*>(into), static_cast<std::size_t>(size)});
    io.read_position_ += static_cast<std::int64_t>(count);
    return count == 0 ? AVERROR_EOF : static_cast<int>(count);
  } catch (...) {
    io.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

std::int64_t TargetIo::destination(std::int64_t now, std::int64_t offset, int whence) const {
  const auto end = static_cast<std::int64_t>(target_.position());
  switch (whence & ~AVSEEK_FORCE) {
    case SEEK_SET:
      break;
    case SEEK_CUR:
      offset += now;
      break;
    case SEEK_END:
      offset += end;
      break;
    default:
      return AVERROR(EINVAL);
  }
  return offset < 0 || offset > end ? AVERROR(EINVAL) : offset;
}

std::int64_t TargetIo::seek(void* self, std::int64_t offset, int whence) {
  auto& io = *static_cast<TargetIo*>(self);
  if ((whence & AVSEEK_SIZE) != 0) return static_cast<std::int64_t>(io.target_.position());
  const std::int64_t to = io.destination(io.position_, offset, whence);
  if (to >= 0) io.position_ = to;
  return to;
}

std::int64_t TargetIo::seek_reading(void* self, std::int64_t offset, int whence) {
  auto& io = *static_cast<TargetIo*>(self);
  if ((whence & AVSEEK_SIZE) != 0) return static_cast<std::int64_t>(io.target_.position());
  const std::int64_t to = io.destination(io.read_position_, offset, whence);
  if (to >= 0) io.read_position_ = to;
  return to;
}

// Only the output itself, and only for reading: a muxer that wants another file (a playlist's parts) does not get it.
int TargetIo::open_again(AVFormatContext* format, AVIOContext** io, const char* url, int flags, AVDictionary**) {
  auto& self = *static_cast<TargetIo*>(format->opaque);
  if (flags != AVIO_FLAG_READ || std::string_view(url) != format->url || !self.can_rewrite()) return AVERROR(EACCES);
  self.read_position_ = 0;
  *io = make_context(&self, Callback{read}, Callback{nullptr}, SeekCallback{seek_reading});
  return *io == nullptr ? AVERROR(ENOMEM) : 0;
}

int TargetIo::close_again(AVFormatContext*, AVIOContext* io) {
  free_context(io);
  return 0;
}

}  // namespace sl::av
