// Temporary files without a name.

#include "libcore/bytes/unnamed_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "libcore/base/error.h"
#include "libcore/process/signals.h"

namespace sl {

UnnamedFile::~UnnamedFile() {
  if (file_ >= 0) close(file_);
}

void UnnamedFile::open() {
  const char* chosen = std::getenv("TMPDIR");
  folder_ = chosen != nullptr && *chosen != '\0' ? chosen : "/var/tmp";
  file_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ >= 0) return;
  // The file system does not support O_TMPFILE.
  std::string name = folder_ + "/streamlib.XXXXXX";
  file_ = mkostemp(name.data(), O_CLOEXEC);
  if (file_ >= 0) unlink(name.c_str());
}

bool UnnamedFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0) {
      if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) return false;
      if (errno != EINTR) throw system_error(Status::Io, name());
      check_interrupt();
      continue;
    }
    offset += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

void UnnamedFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  while (!into.empty()) {
    const ssize_t count = pread(file_, into.data(), into.size(), static_cast<off_t>(offset));
    if (count == 0) throw Error(Status::Io, name() + ": is shorter than the bytes written");
    if (count < 0 && errno != EINTR) throw system_error(Status::Io, name());
    check_interrupt();
    if (count < 0) continue;
    offset += static_cast<std::uint64_t>(count);
    into = into.subspan(static_cast<std::size_t>(count));
  }
}

std::byte* UnnamedFile::map(std::uint64_t offset, std::size_t bytes) const {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) throw system_error(Status::Io, name());
  return static_cast<std::byte*>(memory);
}

void UnnamedFile::unmap(std::byte* memory, std::size_t bytes) { munmap(memory, bytes); }

void UnnamedFile::clear() {
  if (file_ >= 0 && ftruncate(file_, 0) != 0) throw system_error(Status::Io, name());
}

}  // namespace sl
