// Disk space for data that does not fit into memory: extents of a file without a name, taken and freed in any order.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "libcore/bytes/unnamed_file.h"

namespace sl {

// Any thread may store, read and free.
class SpillFile {
 public:
  explicit SpillFile(std::uint64_t limit) : limit_(limit) {}

  // A piece of the file, freed by its destructor. The file outlives it.
  class Extent {
   public:
    Extent(SpillFile& file, std::uint64_t offset, std::uint64_t length)
        : file_(&file), offset_(offset), length_(length) {}
    Extent(Extent&& other) noexcept
        : file_(std::exchange(other.file_, nullptr)), offset_(other.offset_), length_(other.length_) {}
    Extent& operator=(Extent&& other) = delete;
    ~Extent() {
      if (file_ != nullptr) file_->give_back(offset_, length_);
    }
    // Fill `into` with the bytes after `from`. Throw Io.
    void read(std::uint64_t from, std::span<std::byte> into) const { file_->file_.read(offset_ + from, into); }

   private:
    SpillFile* file_;
    std::uint64_t offset_, length_;
  };

  // Open the file, in $TMPDIR or /var/tmp. Call before the sandbox. Throw CannotCreate.
  void prepare();
  // Store the pieces one after another; return nothing if the limit or the disk has no room. Throw Io.
  [[nodiscard]] std::optional<Extent> store(std::span<const std::span<const std::byte>> pieces);
  // Return the bytes in use, in whole blocks.
  [[nodiscard]] std::uint64_t used() const;
  // Return whether the last store() found the disk full.
  [[nodiscard]] bool disk_is_full() const { return disk_is_full_; }

 private:
  std::optional<std::uint64_t> take(std::uint64_t length);
  void give_back(std::uint64_t offset, std::uint64_t length);

  std::uint64_t limit_;
  UnnamedFile file_;
  bool disk_is_full_ = false;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::uint64_t> free_;  // offset to length; neighbours are joined
  std::uint64_t end_ = 0, used_ = 0;             // size of the file; bytes in use
};

}  // namespace sl
