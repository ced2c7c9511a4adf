// Callbacks of an AVIOContext over a Source.

#include "formats/av/read/source_io.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sl::av {

SourceIo::SourceIo(Source& source, std::unique_ptr<Structure> structure)
    : source_(source), extent_(std::move(structure)), begin_(source.position()) {
  context_ = new_io(this, read, nullptr, source.can_seek() ? seek : nullptr);
  if (const auto all = size()) extent_.set_input_size(*all);
}

SourceIo::~SourceIo() { free_io(context_); }

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
  if (!skip) source_.seek(begin_ + static_cast<std::uint64_t>(position_));
}

std::optional<std::uint64_t> SourceIo::size() const {
  if (extent_.end()) return extent_.end();
  const auto size = source_.size();
  return size ? std::optional<std::uint64_t>(*size - std::min(*size, begin_)) : std::nullopt;
}

// At a head, while the source is there.
void SourceIo::take_head() {
  for (std::size_t needed = 1; needed != 0;) {
    const auto bytes = source_.peek(needed);
    needed = extent_.take(bytes, bytes.size() < needed);
  }
}

// From head to head, and on while bytes are there without waiting.
std::size_t SourceIo::read_container(std::span<std::byte> into) {
  std::size_t filled = 0;
  do {
    const auto position = static_cast<std::uint64_t>(position_);
    if (extent_.head() == position) take_head();
    const std::uint64_t stop = extent_.end().value_or(extent_.head().value_or(0));
    if (extent_.end() && position >= stop) break;
    auto room = into.subspan(filled);
    if (stop > position)
      room = room.first(static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), stop - position)));
    const std::size_t count = source_.read(room);
    if (count == 0) break;
    extent_.patch(position, room.first(count));
    filled += count;
    position_ += static_cast<std::int64_t>(count);
  } while (filled < into.size() && source_.buffered() != 0);
  return filled;
}

bool SourceIo::ends_well() const {
  const auto position = static_cast<std::uint64_t>(position_);
  return extent_.ends_well(position) && (extent_.end() == position || source_.buffered() == 0);
}

std::optional<std::string> SourceIo::lack() {
  const auto all = size();
  std::uint64_t reached = static_cast<std::uint64_t>(position_);
  for (auto head = extent_.head(); head && !(all && *head >= *all); head = extent_.head()) {
    if (source_.can_seek()) {
      // Beyond the end of an input of unknown size there is nothing to seek to.
      if (*head > 0 && !all) source_.seek(begin_ + *head - 1);
      if (*head > 0 && !all && source_.peek(1).empty()) break;
      source_.seek(begin_ + *head);
    } else if (*head < reached || source_.skip(*head - reached) < *head - reached) {
      break;
    }
    reached = *head;
    take_head();
  }
  if (source_.can_seek()) source_.seek(begin_ + static_cast<std::uint64_t>(position_));
  return extent_.lack(all.value_or(reached));
}

int SourceIo::read(void* self, std::uint8_t* into, int size) {
  auto& io = *static_cast<SourceIo*>(self);
  if (io.failure_) return AVERROR(EIO);
  try {
    const auto requested = static_cast<std::size_t>(size);
    if (io.skips_) {
      const std::uint64_t end = io.size().value_or(0);
      const std::uint64_t left = end - std::min(end, static_cast<std::uint64_t>(io.position_));
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(requested, left));
      if (count == 0) return AVERROR_EOF;
      std::memset(into, 0, count);
      io.position_ += static_cast<std::int64_t>(count);
      return static_cast<int>(count);
    }
    const std::span bytes(reinterpret_cast<std::byte*>(into), requested);
    const std::size_t count = io.read_container(bytes);
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
    const auto size = io.size();
    if ((whence & AVSEEK_SIZE) != 0) return size ? static_cast<std::int64_t>(*size) : AVERROR(ENOSYS);
    std::int64_t target = offset;
    const int from = whence & ~AVSEEK_FORCE;
    if (from == SEEK_CUR) target += io.position_;
    if (from == SEEK_END) {
      if (!size) return AVERROR(ENOSYS);
      target += static_cast<std::int64_t>(*size);
    }
    if (target < 0 || (size && target > static_cast<std::int64_t>(*size))) return AVERROR(EINVAL);
    if (!io.skips_) io.source_.seek(io.begin_ + static_cast<std::uint64_t>(target));
    io.position_ = target;
    return target;
  } catch (...) {
    io.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

}  // namespace sl::av
