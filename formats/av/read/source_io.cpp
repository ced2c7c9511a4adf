// Callbacks of an AVIOContext over a Source.

#include "formats/av/read/source_io.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sl::av {

namespace {
constexpr int buffer_bytes = 64 << 10;
}

SourceIo::SourceIo(Source& source) : source_(source) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
  if (buffer != nullptr) {
    context_ = avio_alloc_context(buffer, buffer_bytes, 0, this, read, nullptr, source.can_seek() ? seek : nullptr);
  }
  if (context_ == nullptr) {
    av_free(buffer);
    throw Error(Status::Resources, "out of memory");
  }
}

SourceIo::~SourceIo() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

void SourceIo::check() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void SourceIo::restart() {
  context_->buf_ptr = context_->buf_end = context_->buffer;
  context_->pos = position_ = 0;
  context_->eof_reached = context_->error = 0;
}

void SourceIo::skip_payload(bool skip) {
  skips_ = skip;
  position_ = avio_tell(context_);
  // The buffer holds bytes of the other kind.
  context_->buf_ptr = context_->buf_end = context_->buffer;
  context_->pos = position_;
  context_->eof_reached = 0;
  if (!skip) source_.seek(static_cast<std::uint64_t>(position_));
}

int SourceIo::read(void* self, std::uint8_t* into, int size) {
  auto& io = *static_cast<SourceIo*>(self);
  if (io.failure_) return AVERROR(EIO);
  try {
    const auto requested = static_cast<std::size_t>(size);
    if (io.skips_) {
      const std::uint64_t end = io.source_.size().value_or(0);
      const std::uint64_t left = end - std::min(end, static_cast<std::uint64_t>(io.position_));
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(requested, left));
      if (count == 0) return AVERROR_EOF;
      std::memset(into, 0, count);
      io.position_ += static_cast<std::int64_t>(count);
      return static_cast<int>(count);
    }
    const std::span bytes(reinterpret_cast<std::byte*>(into), requested);
    const std::size_t count = io.source_.read(bytes);
    if (io.watch_) io.watch_(static_cast<std::uint64_t>(io.position_), bytes.first(count));
    io.position_ += static_cast<std::int64_t>(count);
    return count == 0 ? AVERROR_EOF : static_cast<int>(count);
  } catch (...) {
    io.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

std::int64_t SourceIo::seek(void* self, std::int64_t offset, int whence) {
  auto& io = *static_cast<SourceIo*>(self);
  if (io.failure_) return AVERROR(EIO);
  try {
    const auto size = io.source_.size();
    if ((whence & AVSEEK_SIZE) != 0) return size ? static_cast<std::int64_t>(*size) : AVERROR(ENOSYS);
    std::int64_t target = offset;
    const int from = whence & ~AVSEEK_FORCE;
    if (from == SEEK_CUR) target += io.position_;
    if (from == SEEK_END) {
      if (!size) return AVERROR(ENOSYS);
      target += static_cast<std::int64_t>(*size);
    }
    if (target < 0 || (size && target > static_cast<std::int64_t>(*size))) return AVERROR(EINVAL);
    if (!io.skips_) io.source_.seek(static_cast<std::uint64_t>(target));
    io.position_ = target;
    return target;
  } catch (...) {
    io.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

}  // namespace sl::av
