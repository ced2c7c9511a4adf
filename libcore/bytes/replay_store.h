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
  // In memory up to `most`, or up to --max-memory.
  ReplayStore() = default;
  explicit ReplayStore(std::uint64_t most) : max_in_memory_(most) {}

  // Opens the file, in $TMPDIR or /var/tmp: while files can be opened still. Without one, there is memory only.
  void prepare() { file_.open(); }
  // Throws Limit where memory is full and there is no file, Io where the file cannot be written.
  void append(std::span<const std::byte> bytes);
  // Copies from this offset on; 0 at the end.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> into);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool has_file() const { return file_.is_open(); }
  void clear();

 private:
  static constexpr std::size_t block_bytes = std::size_t{1} << 20;
  std::vector<std::vector<std::byte>> blocks_;  // of block_bytes, the last one apart
  [[nodiscard]] std::uint64_t max_in_memory() const;
  std::optional<std::uint64_t> max_in_memory_;
  std::uint64_t in_memory_ = 0, size_ = 0;
  UnnamedFile file_;
};

}  // namespace sl
