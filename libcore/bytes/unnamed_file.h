// A temporary file without a name, which leaves nothing however the process ends.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sl {

// Any thread may write and read it, at any offset.
class UnnamedFile {
 public:
  UnnamedFile() = default;
  ~UnnamedFile();
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;

  // Open the file, in $TMPDIR or /var/tmp. Call before the sandbox. On failure `is_open` is false, and errno says why.
  void open();
  [[nodiscard]] bool is_open() const { return file_ >= 0; }
  // Write all bytes; return false, with errno set, if the disk is full. Throw Io.
  [[nodiscard]] bool write(std::uint64_t offset, std::span<const std::byte> bytes);
  // Fill `into`. Throw Io.
  void read(std::uint64_t offset, std::span<std::byte> into) const;
  // Return bytes that were written, from a whole page on, as memory that changes them; until unmap(). Throw Io.
  [[nodiscard]] std::byte* map(std::uint64_t offset, std::size_t bytes) const;
  static void unmap(std::byte* memory, std::size_t bytes);
  // Free the disk space. Throw Io.
  void clear();
  // Return "temporary file in /var/tmp", for messages.
  [[nodiscard]] std::string name() const { return "temporary file in " + folder_; }

 private:
  int file_ = -1;
  std::string folder_;
};

}  // namespace sl
