// The file gets its bytes before it is mapped: writing to a mapping on a full disk would be a signal.

#include "libcore/bytes/spilled_memory.h"

#include <algorithm>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl {

std::shared_ptr<std::byte[]> SpilledMemory::take(std::size_t bytes, std::string_view purpose) {
  if (in_memory_ + bytes <= limits().memory || !file_.is_open()) {
    check_memory("frame", in_memory_ + bytes, purpose);
    in_memory_ += bytes;
    return {new std::byte[bytes], [this, bytes](std::byte* memory) {
              in_memory_ -= bytes;
              delete[] memory;
            }};
  }
  if (mappings_ == 0 && end_ != 0) {
    file_.clear();
    end_ = 0;
  }
  constexpr std::size_t block = std::size_t{1} << 20;
  const std::vector<std::byte> zeros(block);
  const std::uint64_t begin = end_;
  end_ += (bytes + block - 1) / block * block;  // whole pages
  for (std::uint64_t at = begin; at < end_; at += block) {
    if (file_.write(at, zeros)) continue;
    throw Error(Status::Limit, file_.name() + ": the disk is full: " + std::string(purpose) + " takes " +
                                   std::to_string(bytes >> 20) + " MiB");
  }
  std::byte* const mapped = file_.map(begin, bytes);
  ++mappings_;
  return {mapped, [this, bytes](std::byte* memory) {
            UnnamedFile::unmap(memory, bytes);
            --mappings_;
          }};
}

}  // namespace sl
