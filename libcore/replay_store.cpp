// Blocks of memory, and behind them the file.

#include "libcore/replay_store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libcore/error.h"
#include "libcore/limits.h"
#include "libcore/signals.h"
#include "libcore/unnamed_file.h"

namespace sl {

ReplayStore::~ReplayStore() {
  if (file_ >= 0) close(file_);
}

void ReplayStore::prepare() { file_ = open_unnamed_file(folder_); }

std::uint64_t ReplayStore::most_in_memory() const { return most_in_memory_.value_or(limits().memory); }

void ReplayStore::append(std::span<const std::byte> bytes) {
  while (!bytes.empty() && in_memory_ == size_ && in_memory_ < most_in_memory()) {
    const auto used = static_cast<std::size_t>(in_memory_ % block_bytes);
    if (used == 0) {
      blocks_.emplace_back();
      blocks_.back().reserve(block_bytes);
    }
    const std::uint64_t room = std::min<std::uint64_t>(block_bytes - used, most_in_memory() - in_memory_);
    const auto part = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
    blocks_.back().insert(blocks_.back().end(), part.begin(), part.end());
    in_memory_ += part.size();
    size_ += part.size();
    bytes = bytes.subspan(part.size());
  }
  if (bytes.empty()) return;
  if (file_ < 0) check_memory(folder_ + " has no room for a temporary file", size_ + bytes.size(), "what is kept");
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_ - in_memory_));
    if (count < 0 && errno != EINTR) throw system_error(Status::Io, "temporary file in " + folder_);
    check_interrupt();
    if (count <= 0) continue;
    size_ += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::size_t ReplayStore::read(std::uint64_t offset, std::span<std::byte> into) {
  if (offset >= size_ || into.empty()) return 0;
  if (offset < in_memory_) {
    const std::vector<std::byte>& block = blocks_[static_cast<std::size_t>(offset / block_bytes)];
    const auto from = static_cast<std::size_t>(offset % block_bytes);
    const std::size_t count = std::min(into.size(), block.size() - from);
    std::memcpy(into.data(), block.data() + from, count);
    return count;
  }
  while (true) {
    const ssize_t count = pread(file_, into.data(), into.size(), static_cast<off_t>(offset - in_memory_));
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0 || errno != EINTR) throw system_error(Status::Io, "temporary file in " + folder_);
    check_interrupt();
  }
}

void ReplayStore::clear() {
  blocks_.clear();
  if (file_ >= 0 && size_ > in_memory_ && ftruncate(file_, 0) != 0) {
    throw system_error(Status::Io, "temporary file in " + folder_);
  }
  in_memory_ = size_ = 0;
}

}  // namespace sl
