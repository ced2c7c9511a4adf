// Memory for whole pictures that may spill: in main memory up to --max-memory, beyond it in a temporary file without a
// name, which is mapped.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "libcore/bytes/unnamed_file.h"

namespace sl {

class SpilledMemory {
 public:
  // Open the file, in $TMPDIR or /var/tmp. Call before the sandbox. If it fails, or without it, use main memory only.
  void prepare() { file_.open(); }

  // Return memory that is not set; the object outlives it. Throw Limit if it is over --max-memory and no file is open,
  // or the disk is full. `purpose` says what takes so much: "rows to turn".
  [[nodiscard]] std::shared_ptr<std::byte[]> take(std::size_t bytes, std::string_view purpose);

 private:
  UnnamedFile file_;
  std::uint64_t end_ = 0;
  std::size_t mappings_ = 0;
  std::uint64_t in_memory_ = 0;
};

}  // namespace sl
