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

  // Takes bytes that stand at `offset`: the start of a block, or where those held of it end. What is held already
  // stays.
  void write(std::uint64_t offset, std::span<const std::byte> bytes);
  // Copies what is held from `offset` on without a gap; returns how much that was.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> into);
  // How many bytes are held from `offset` on without a gap, counted up to `most` or a little more.
  [[nodiscard]] std::uint64_t held(std::uint64_t offset, std::uint64_t most) const;
  // Where fetching must begin so that the byte at `offset`, which is not held, can be written.
  [[nodiscard]] std::uint64_t start_of_gap(std::uint64_t offset) const;
  // The start of the first block from `offset` (the start of one) on that is held whole, but at most `end`.
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
