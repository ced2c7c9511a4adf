// Room on disk for what does not fit into memory: pieces of a file without a name, taken and given back in any order.

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

// Taken, read and given back by any thread.
class SpillFile {
 public:
  explicit SpillFile(std::uint64_t limit) : limit_(limit) {}

  // A piece of the file; given back when it is destroyed, before the file is.
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
    // Throws Io.
    void read(std::uint64_t from, std::span<std::byte> into) const { file_->file_.read(offset_ + from, into); }

   private:
    SpillFile* file_;
    std::uint64_t offset_, length_;
  };

  // Opens it, in $TMPDIR or /var/tmp: while files can be opened still. Throws CannotCreate.
  void prepare();
  // Nothing where there is no room, by the limit or on the disk. Throws Io.
  [[nodiscard]] std::optional<Extent> store(std::span<const std::span<const std::byte>> pieces);
  // Bytes taken, in whole blocks.
  [[nodiscard]] std::uint64_t used() const;
  // The disk itself had no room at the last try.
  [[nodiscard]] bool disk_is_full() const { return disk_is_full_; }

 private:
  std::optional<std::uint64_t> take(std::uint64_t length);
  void give_back(std::uint64_t offset, std::uint64_t length);

  std::uint64_t limit_;
  UnnamedFile file_;
  bool disk_is_full_ = false;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::uint64_t> free_;  // offset to length; neighbours are joined
  std::uint64_t end_ = 0, used_ = 0;             // of what was ever taken; of what is taken now
};

}  // namespace sl
