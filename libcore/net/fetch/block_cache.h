// The parts of one resource that were fetched lately, in blocks; the least recently used go first.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>
#include <vector>

namespace sl::fetch {

class BlockCache {
 public:
  // Small, as a jump fetches from the start of its block; a block holds its first bytes, as far as they have come.
  static constexpr std::uint64_t block_bytes = 32 << 10;

  explicit BlockCache(std::size_t max_bytes) : max_blocks_(max_bytes / block_bytes) {}

  // Store bytes from `offset`, which is the start of a block or the end of its stored part. Keep bytes that are already
  // stored.
  void write(std::uint64_t offset, std::span<const std::byte> bytes);
  // Copy the stored bytes from `offset` up to the first gap. Return their number.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> into);
  // Return the number of stored bytes from `offset` up to the first gap, counted up to `most` or a little more.
  [[nodiscard]] std::uint64_t held(std::uint64_t offset, std::uint64_t most) const;
  // Return the offset to fetch from so that the missing byte at `offset` can be stored.
  [[nodiscard]] std::uint64_t start_of_gap(std::uint64_t offset) const;
  // Return the start of the first complete block at or after `offset` (a block's start), but at most `end`.
  [[nodiscard]] std::uint64_t end_of_gap(std::uint64_t offset, std::uint64_t end) const;

 private:
  struct Block {
    std::vector<std::byte> bytes;
    std::list<std::uint64_t>::iterator use;
  };
  Block& used(std::uint64_t index);

  std::size_t max_blocks_;
  std::unordered_map<std::uint64_t, Block> blocks_;
  std::list<std::uint64_t> uses_;  // the latest first
};

}  // namespace sl::fetch
