// Changes are seen by the file's number, its size and its time.

#include "libcore/bytes/watched_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "libcore/base/error.h"
#include "libcore/process/sandbox.h"

namespace sl {

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;

bool same(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

WatchedFile::WatchedFile(std::string path, SandboxPlan& plan) : path_(std::move(path)) {
  (void)read();
  const auto slash = path_.rfind('/');
  plan.readable.push_back(slash == std::string::npos ? "." : path_.substr(0, slash + 1));
}

std::string WatchedFile::read() const {
  const int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) throw system_error(Status::NoInput, path_);
  std::string text;
  std::array<char, 16384> part{};
  ssize_t count = 0;
  while (text.size() <= most_bytes && (count = ::read(fd, part.data(), part.size())) > 0)
    text.append(part.data(), static_cast<std::size_t>(count));
  close(fd);
  if (count < 0) throw system_error(Status::NoInput, path_);
  if (text.size() > most_bytes) throw Error(Status::Limit, path_ + ": more than 1 MiB of text");
  return text;
}

std::optional<std::string> WatchedFile::changed() {
  struct stat now {};
  if (stat(path_.c_str(), &now) != 0 || (!first_ && same(now, seen_))) return std::nullopt;
  try {
    std::string text = read();
    seen_ = now;
    first_ = false;
    return text;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace sl
