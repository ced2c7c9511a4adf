// A temporary file that has no name, so that nothing is left of it whatever happens.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sl {

// Written and read at any place, by any thread.
class UnnamedFile {
 public:
  UnnamedFile() = default;
  ~UnnamedFile();
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;

  // Opens it, in $TMPDIR or /var/tmp: while files can be opened still. Without one `is_open` is false, and errno says
  // why.
  void open();
  [[nodiscard]] bool is_open() const { return file_ >= 0; }
  // False where the disk has no room for it, and errno says so. Throws Io.
  [[nodiscard]] bool write(std::uint64_t offset, std::span<const std::byte> bytes);
  // Fills all of `into`. Throws Io.
  void read(std::uint64_t offset, std::span<std::byte> into) const;
  // Gives the disk back. Throws Io.
  void clear();
  // "temporary file in /var/tmp": for messages.
  [[nodiscard]] std::string name() const { return "temporary file in " + folder_; }

 private:
  int file_ = -1;
  std::string folder_;
};

}  // namespace sl
