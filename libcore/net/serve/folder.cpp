// openat2 and inotify.

#include "libcore/net/serve/folder.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"

namespace sl::serve {

namespace {

int open_beneath(int folder, const std::string& name, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  int fd = -1;
  // EAGAIN: a rename during the look-up, so that the kernel could not be sure.
  for (int attempt = 0; attempt < 8; ++attempt) {
    fd = static_cast<int>(syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how));
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return fd;
}

}  // namespace

File::File(File&& other) noexcept { *this = std::move(other); }

File& File::operator=(File&& other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) close(fd_);
  fd_ = std::exchange(other.fd_, -1);
  size = other.size;
  modified = other.modified;
  tag = std::move(other.tag);
  return *this;
}

File::~File() {
  if (fd_ >= 0) close(fd_);
}

int File::release() { return std::exchange(fd_, -1); }

Folder::Folder(const std::string& path)
    : folder_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
      changes_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (folder_ < 0) throw system_error(errno == EACCES ? Status::NotPermitted : Status::NoInput, path);
}

Folder::~Folder() {
  close(folder_);
  if (changes_ >= 0) close(changes_);
}

std::optional<File> Folder::open(const std::string& name) const {
  // O_NONBLOCK: it might be a pipe without a writer.
  File file(open_beneath(folder_, name, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  struct stat info {};
  if (file.fd() < 0 || fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  file.size = static_cast<std::uint64_t>(info.st_size);
  file.modified = info.st_mtim.tv_sec;
  std::array<char, 80> tag{};
  std::snprintf(tag.data(), tag.size(), "\"%llx-%llx-%llx.%lx\"", static_cast<unsigned long long>(info.st_ino),
                static_cast<unsigned long long>(info.st_size), static_cast<unsigned long long>(info.st_mtim.tv_sec),
                static_cast<unsigned long>(info.st_mtim.tv_nsec));
  file.tag = tag.data();
  return file;
}

bool Folder::watch_beside(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : name.substr(0, slash);
  if (watched_.contains(folder)) return true;
  constexpr std::size_t max_watched = 256;
  if (changes_ < 0 || watched_.size() >= max_watched) return false;
  const int fd = open_beneath(folder_, folder, O_PATH | O_DIRECTORY);
  if (fd < 0) return false;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const int watch = inotify_add_watch(changes_, path.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE);
  close(fd);
  if (watch >= 0) watched_.emplace(folder, watch);
  return watch >= 0;
}

void Folder::take_changes() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = read(changes_, buffer.data(), buffer.size())) > 0) {
    for (ssize_t at = 0; at < count;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
      // The folder was deleted; a new one may get its name.
      if ((event.mask & IN_IGNORED) != 0) {
        std::erase_if(watched_, [watch = event.wd](const auto& watched) { return watched.second == watch; });
      }
    }
  }
}

}  // namespace sl::serve
