// First fit: frames come and go almost in order, so the file is used as a ring most of the time.

#include "libcore/bytes/spill_file.h"

#include "libcore/base/error.h"

namespace sl {

namespace {

constexpr std::uint64_t block = 4096;

std::uint64_t whole_blocks(std::uint64_t bytes) { return (bytes + block - 1) / block * block; }

}  // namespace

void SpillFile::prepare() {
  file_.open();
  if (!file_.is_open()) throw system_error(Status::CannotCreate, "a " + file_.name());
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
    disk_is_full_ = !file_.write(at, piece);
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

}  // namespace sl
