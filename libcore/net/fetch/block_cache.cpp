// Blocks in a hash table, with a list of their uses.

#include "libcore/net/fetch/block_cache.h"

#include <algorithm>
#include <cassert>

namespace sl::fetch {

// Return the block, created if missing, as the most recently used one.
BlockCache::Block& BlockCache::used(std::uint64_t index) {
  const auto found = blocks_.find(index);
  if (found != blocks_.end()) {
    uses_.splice(uses_.begin(), uses_, found->second.use);
    return found->second;
  }
  std::vector<std::byte> bytes;
  if (blocks_.size() >= max_blocks_) {
    const auto oldest = blocks_.find(uses_.back());
    bytes = std::move(oldest->second.bytes);  // reuse its memory
    bytes.clear();
    blocks_.erase(oldest);
    uses_.pop_back();
  }
  bytes.reserve(block_bytes);
  uses_.push_front(index);
  return blocks_.emplace(index, Block{std::move(bytes), uses_.begin()}).first->second;
}

void BlockCache::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::uint64_t inside = offset % block_bytes;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), block_bytes - inside));
    std::vector<std::byte>& block = used(offset / block_bytes).bytes;
    assert(block.size() >= inside);
    const std::size_t known = std::min(count, static_cast<std::size_t>(block.size() - inside));
    block.insert(block.end(), bytes.begin() + static_cast<std::ptrdiff_t>(known),
                 bytes.begin() + static_cast<std::ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    offset += count;
  }
}

std::size_t BlockCache::read(std::uint64_t offset, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const std::uint64_t index = (offset + done) / block_bytes, inside = (offset + done) % block_bytes;
    const auto found = blocks_.find(index);
    if (found == blocks_.end() || found->second.bytes.size() <= inside) break;
    uses_.splice(uses_.begin(), uses_, found->second.use);
    const std::vector<std::byte>& block = found->second.bytes;
    const std::size_t count = std::min(into.size() - done, static_cast<std::size_t>(block.size() - inside));
    std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(inside), count,
                into.begin() + static_cast<std::ptrdiff_t>(done));
    done += count;
  }
  return done;
}

std::uint64_t BlockCache::held(std::uint64_t offset, std::uint64_t most) const {
  std::uint64_t end = offset;
  while (end - offset < most) {
    const auto found = blocks_.find(end / block_bytes);
    if (found == blocks_.end() || found->second.bytes.size() <= end % block_bytes) break;
    end = end / block_bytes * block_bytes + found->second.bytes.size();
  }
  return end - offset;
}

std::uint64_t BlockCache::start_of_gap(std::uint64_t offset) const {
  const auto found = blocks_.find(offset / block_bytes);
  return offset / block_bytes * block_bytes + (found == blocks_.end() ? 0 : found->second.bytes.size());
}

std::uint64_t BlockCache::end_of_gap(std::uint64_t offset, std::uint64_t end) const {
  while (offset < end) {
    const auto found = blocks_.find(offset / block_bytes);
    if (found != blocks_.end() && found->second.bytes.size() == block_bytes) return offset;
    offset += block_bytes;
  }
  return end;
}

}  // namespace sl::fetch
