// Bytes kept to be read again: in memory up to --max-memory, then in a temporary file without a name.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sl {

class ReplayStore {
 public:
  ReplayStore() = default;
  ~ReplayStore();
  ReplayStore(const ReplayStore&) = delete;
  ReplayStore& operator=(const ReplayStore&) = delete;

  // Opens the file, in $TMPDIR or /var/tmp: while files can be opened still. Without one, there is memory only.
  void prepare();
  // Throws Limit where memory is full and there is no file, Io where the file cannot be written.
  void append(std::span<const std::byte> bytes);
  // Copies from this offset on; 0 at the end.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> into);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  void clear();

 private:
  static constexpr std::size_t block_bytes = std::size_t{1} << 20;
  std::vector<std::vector<std::byte>> blocks_;  // of block_bytes, the last one apart
  std::uint64_t in_memory_ = 0, size_ = 0;
  int file_ = -1;
  std::string folder_;
};

}  // namespace sl
