// Blocks of memory, then the file.

#include "libcore/bytes/replay_store.h"

#include <algorithm>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl {

std::uint64_t ReplayStore::max_in_memory() const { return max_in_memory_.value_or(limits().memory); }

void ReplayStore::append(std::span<const std::byte> bytes) {
  while (!bytes.empty() && in_memory_ == size_ && in_memory_ < max_in_memory()) {
    const auto used = static_cast<std::size_t>(in_memory_ % block_bytes);
    if (used == 0) {
      blocks_.emplace_back();
      blocks_.back().reserve(block_bytes);
    }
    const std::uint64_t room = std::min<std::uint64_t>(block_bytes - used, max_in_memory() - in_memory_);
    const auto part = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
    blocks_.back().insert(blocks_.back().end(), part.begin(), part.end());
    in_memory_ += part.size();
    size_ += part.size();
    bytes = bytes.subspan(part.size());
  }
  if (bytes.empty()) return;
  if (!has_file()) {
    check_memory("no room for a " + file_.name(), size_ + bytes.size(), "input kept to be read again");
  }
  if (!file_.write(size_ - in_memory_, bytes)) throw system_error(Status::Io, file_.name());
  size_ += bytes.size();
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
  const auto part = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset)));
  file_.read(offset - in_memory_, part);
  return part.size();
}

void ReplayStore::clear() {
  blocks_.clear();
  if (size_ > in_memory_) file_.clear();
  in_memory_ = size_ = 0;
}

}  // namespace sl
