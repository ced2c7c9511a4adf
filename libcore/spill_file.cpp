// First fit: frames come and go almost in order, so the file is used as a ring most of the time.

#include "libcore/spill_file.h"

#include <unistd.h>

#include <cerrno>

#include "libcore/error.h"
#include "libcore/signals.h"
#include "libcore/unnamed_file.h"

namespace sl {

namespace {

constexpr std::uint64_t block = 4096;

std::uint64_t whole_blocks(std::uint64_t bytes) { return (bytes + block - 1) / block * block; }

}  // namespace

SpillFile::~SpillFile() {
  if (file_ >= 0) close(file_);
}

void SpillFile::prepare() {
  file_ = open_unnamed_file(folder_);
  if (file_ < 0) throw system_error(Status::CannotCreate, "a temporary file in " + folder_);
}

std::optional<SpillFile::Extent> SpillFile::store(std::span<const std::span<const std::byte>> pieces) {
  std::uint64_t length = 0;
  for (const auto& piece : pieces) length += piece.size();
  length = whole_blocks(length);
  const auto offset = take(length);
  if (!offset) return std::nullopt;
  Extent extent(*this, *offset, length);
  std::uint64_t at = *offset;
  for (const auto& piece : pieces) {
    disk_is_full_ = !write(at, piece);
    if (disk_is_full_) return std::nullopt;
    at += piece.size();
  }
  return extent;
}

std::uint64_t SpillFile::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

std::optional<std::uint64_t> SpillFile::take(std::uint64_t length) {
  const std::lock_guard lock(mutex_);
  for (auto place = free_.begin(); place != free_.end(); ++place) {
    const auto [offset, room] = *place;
    if (room < length) continue;
    free_.erase(place);
    if (room > length) free_.emplace(offset + length, room - length);
    used_ += length;
    return offset;
  }
  if (length > limit_ || end_ > limit_ - length) return std::nullopt;
  used_ += length;
  end_ += length;
  return end_ - length;
}

void SpillFile::give_back(std::uint64_t offset, std::uint64_t length) {
  const std::lock_guard lock(mutex_);
  used_ -= length;
  const auto next = free_.lower_bound(offset);
  if (next != free_.end() && next->first == offset + length) {
    length += next->second;
    free_.erase(next);
  }
  const auto after = free_.lower_bound(offset);
  if (after != free_.begin() && std::prev(after)->first + std::prev(after)->second == offset) {
    offset = std::prev(after)->first;
    length += std::prev(after)->second;
    free_.erase(std::prev(after));
  }
  if (offset + length == end_) {
    end_ = offset;
  } else {
    free_.emplace(offset, length);
  }
}

bool SpillFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0) {
      if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) return false;
      if (errno != EINTR) throw system_error(Status::Io, "temporary file in " + folder_);
      check_interrupt();
      continue;
    }
    offset += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

void SpillFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  while (!into.empty()) {
    const ssize_t count = pread(file_, into.data(), into.size(), static_cast<off_t>(offset));
    if (count == 0 || (count < 0 && errno != EINTR)) throw system_error(Status::Io, "temporary file in " + folder_);
    check_interrupt();
    if (count < 0) continue;
    offset += static_cast<std::uint64_t>(count);
    into = into.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace sl
