// Bytes kept to be read again: in memory at first, then in a temporary file without a name.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/bytes/unnamed_file.h"

namespace sl {

class ReplayStore {
 public:
  // Keep up to `max_in_memory` bytes in memory, or up to --max-memory.
  ReplayStore() = default;
  explicit ReplayStore(std::uint64_t max_in_memory) : max_in_memory_(max_in_memory) {}

  // Open the file, in $TMPDIR or /var/tmp. Call before the sandbox. If it fails, or without it, use memory only.
  void prepare() { file_.open(); }
  // Append bytes. Throw Limit if memory is full and no file is open, Io if the file cannot be written.
  void append(std::span<const std::byte> bytes);
  // Copy bytes from `offset`; return the number, 0 at the end.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> into);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool has_file() const { return file_.is_open(); }
  void clear();

 private:
  static constexpr std::size_t block_bytes = std::size_t{1} << 20;
  std::vector<std::vector<std::byte>> blocks_;  // of block_bytes, except the last one
  [[nodiscard]] std::uint64_t max_in_memory() const;
  std::optional<std::uint64_t> max_in_memory_;
  std::uint64_t in_memory_ = 0, size_ = 0;
  UnnamedFile file_;
};

}  // namespace sl
