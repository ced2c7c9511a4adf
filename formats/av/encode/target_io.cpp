// Callbacks of AVIOContexts over a Target.

#include "formats/av/encode/target_io.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sl::av {

TargetIo::TargetIo(Target& target) : target_(target) {
  context_ = new_io(this, nullptr, write, can_rewrite() ? seek : nullptr);
}

TargetIo::~TargetIo() { free_io(context_); }

void TargetIo::check() {
  if (failure_) std::rethrow_exception(failure_);
}

void TargetIo::serve(AVFormatContext& format) {
  format.opaque = this;
  format.io_open = open_again;
  format.io_close2 = close_again;
}

int TargetIo::fail(std::exception_ptr failure) {
  if (!failure_) failure_ = std::move(failure);
  return AVERROR(EIO);
}

int TargetIo::write(void* self, std::uint8_t* bytes, int size) {
  auto& io = *static_cast<TargetIo*>(self);
  if (io.failure_) return AVERROR(EIO);
  try {
    const std::span<std::byte> all(reinterpret_cast<std::byte*>(bytes), static_cast<std::size_t>(size));
    if (io.change_) io.change_(all);
    const auto position = static_cast<std::uint64_t>(io.position_);
    if (position == io.target_.position()) {
      io.target_.write(all);
    } else {
      io.target_.write_at(position, all);
    }
    io.position_ += size;
    return size;
  } catch (...) {
    return io.fail(std::current_exception());
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
    return io.fail(std::current_exception());
  }
}

std::int64_t TargetIo::move(std::int64_t& position, std::int64_t offset, int whence) {
  const auto end = static_cast<std::int64_t>(target_.position());
  if ((whence & AVSEEK_SIZE) != 0) return end;
  const int from = whence & ~AVSEEK_FORCE;
  const std::int64_t to = from == SEEK_SET ? offset : from == SEEK_CUR ? position + offset : end + offset;
  if (to < 0 || (from != SEEK_SET && from != SEEK_CUR && from != SEEK_END)) {
    const Error refused(Status::Io, target_.name() + ": FFmpeg seeks to " + std::to_string(to));
    return fail(std::make_exception_ptr(refused));
  }
  return position = to;
}

std::int64_t TargetIo::seek(void* self, std::int64_t offset, int whence) {
  auto& io = *static_cast<TargetIo*>(self);
  return io.move(io.position_, offset, whence);
}

std::int64_t TargetIo::seek_reading(void* self, std::int64_t offset, int whence) {
  auto& io = *static_cast<TargetIo*>(self);
  return io.move(io.read_position_, offset, whence);
}

// Only the output itself, and only for reading: a muxer that wants another file (a playlist's parts) does not get it.
int TargetIo::open_again(AVFormatContext* format, AVIOContext** io, const char* url, int flags, AVDictionary**) {
  auto& self = *static_cast<TargetIo*>(format->opaque);
  if (flags != AVIO_FLAG_READ || std::string_view(url) != format->url) {
    const Error refused(Status::NotPermitted, self.target_.name() + ": FFmpeg wants to open " + printable(url, 200));
    return self.fail(std::make_exception_ptr(refused));
  }
  if (!self.can_rewrite()) {
    const Error refused(Status::Usage, self.target_.name() +
                                           ": an option of the container rewrites the output, which only a file named "
                                           "by -o allows");
    return self.fail(std::make_exception_ptr(refused));
  }
  self.read_position_ = 0;
  try {
    *io = new_io(&self, read, nullptr, seek_reading);
  } catch (const Error&) {
    return self.fail(std::current_exception());
  }
  return 0;
}

int TargetIo::close_again(AVFormatContext*, AVIOContext* io) {
  free_io(io);
  return 0;
}

}  // namespace sl::av
