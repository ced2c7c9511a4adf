// Target: gathered writes to a descriptor, an output file or callbacks.

#include "libcore/bytes/target.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

constexpr std::size_t gather_limit = 64 << 10;

}  // namespace

struct Target::State {
  std::string name;  // for messages
  int fd = -1;
  WriteCallback write;
  FinishCallback finish;
  std::vector<std::byte> gathered;
  std::uint64_t position = 0, marked = 0;
  bool broken = false;  // a write was cut off: more bytes would look like the rest of it

  off_t origin = -1;                 // first position in a redirected regular file
  std::unique_ptr<OutputFile> file;  // opened by its path; it owns `fd`

  ~State() { discard(); }

  void write_now(std::span<iovec> pieces) {
    if (broken) throw Error(Status::Io, name + ": was cut off before");
    broken = true;
    write_all(pieces);
    broken = false;
  }

  void write_all(std::span<iovec> pieces) {
    if (write) {
      for (const iovec& piece : pieces) write({static_cast<const std::byte*>(piece.iov_base), piece.iov_len});
      return;
    }
    while (!pieces.empty()) {
      const ssize_t count = writev(fd, pieces.data(), static_cast<int>(std::min<std::size_t>(pieces.size(), IOV_MAX)));
      if (count < 0) {
        if (errno == EPIPE) throw Error(Status::ReaderGone, name + ": no reader is left");
        if (errno == EAGAIN) {
          pollfd p{fd, POLLOUT, 0};
          poll(&p, 1, -1);
        } else if (errno != EINTR) {
          throw system_error(Status::Io, name);
        }
        check_interrupt();
        continue;
      }
      auto rest = static_cast<std::size_t>(count);
      while (!pieces.empty() && rest >= pieces.front().iov_len) {
        rest -= pieces.front().iov_len;
        pieces = pieces.subspan(1);
      }
      if (rest != 0) {
        pieces.front().iov_base = static_cast<std::byte*>(pieces.front().iov_base) + rest;
        pieces.front().iov_len -= rest;
      }
    }
  }

  void flush() {
    if (gathered.empty()) return;
    iovec piece{gathered.data(), gathered.size()};
    write_now({&piece, 1});
    gathered.clear();
  }

  void discard() noexcept {
    gathered.clear();
    if (fd < 0) return;
    // Do not cut a file in which everything is complete: it may be a log, with an end from another process.
    const bool nothing_to_take_back = marked != 0 && position == marked;
    if (origin >= 0 && !nothing_to_take_back) {
      // Redirected standard output: incomplete output must not look like a file. If this fails, nothing helps.
      const off_t complete = origin + static_cast<off_t>(marked);
      if (lseek(fd, 0, SEEK_CUR) > complete && ftruncate(fd, complete) != 0) errno = 0;
    }
    if (!file) close(fd);
    file.reset();
    fd = -1;
  }
};

Target::Target(std::unique_ptr<State> state) : state_(std::move(state)) {}
Target::Target(Target&& other) noexcept = default;
Target& Target::operator=(Target&& other) noexcept = default;
Target::~Target() = default;

Target Target::descriptor(int fd, std::string name) {
  auto state = std::make_unique<State>();
  state->fd = fd;
  state->name = std::move(name);
  struct stat info {};
  if (fstat(fd, &info) != 0) throw system_error(Status::CannotCreate, state->name);
  if (S_ISREG(info.st_mode)) {
    const bool appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
    state->origin = appends ? info.st_size : lseek(fd, 0, SEEK_CUR);
  }
  return Target(std::move(state));
}

Target Target::file(const std::string& path, Sync sync, int directory) {
  auto state = std::make_unique<State>();
  state->name = path;
  struct stat info {};
  if (fstatat(directory, path.c_str(), &info, 0) == 0) {
    if (!S_ISREG(info.st_mode)) {
      state->fd = openat(directory, path.c_str(), O_WRONLY | O_CLOEXEC);  // a device or FIFO is not replaced
      if (state->fd < 0) throw system_error(Status::CannotCreate, path);
      return Target(std::move(state));
    }
  } else if (errno != ENOENT) {  // also a link of another user in /tmp, which the kernel does not follow
    throw system_error(errno == EACCES ? Status::NotPermitted : Status::CannotCreate, path);
  }
  state->file = std::make_unique<OutputFile>(path, directory, sync);
  state->fd = state->file->fd();
  return Target(std::move(state));
}

Target Target::callbacks(WriteCallback write, FinishCallback finish, std::string name) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->write = std::move(write);
  state->finish = std::move(finish);
  return Target(std::move(state));
}

void Target::write(std::span<const std::byte> bytes) {
  iovec piece{const_cast<std::byte*>(bytes.data()), bytes.size()};
  write({&piece, 1});
}

void Target::write(std::span<iovec> pieces) {
  State& s = *state_;
  std::size_t total = 0;
  for (const iovec& piece : pieces) total += piece.iov_len;
  s.position += total;
  if (s.gathered.size() + total < gather_limit) {
    for (const iovec& piece : pieces) {
      const auto* bytes = static_cast<const std::byte*>(piece.iov_base);
      s.gathered.insert(s.gathered.end(), bytes, bytes + piece.iov_len);
    }
    return;
  }
  if (!s.gathered.empty()) {
    std::vector<iovec> all{{s.gathered.data(), s.gathered.size()}};
    all.insert(all.end(), pieces.begin(), pieces.end());
    s.write_now(all);
    s.gathered.clear();
    return;
  }
  s.write_now(pieces);
}

void Target::flush() { state_->flush(); }

void Target::mark() {
  state_->flush();
  state_->marked = state_->position;
}

void Target::cut(std::uint64_t position) {
  State& s = *state_;
  s.gathered.resize(s.broken ? 0 : s.gathered.size());
  s.flush();
  const off_t end = std::max<off_t>(s.origin, 0) + static_cast<off_t>(position);
  if (ftruncate(s.fd, end) != 0 || lseek(s.fd, end, SEEK_SET) < 0) throw system_error(Status::Io, s.name);
  s.position = position;
  s.broken = false;
}

bool Target::can_cut() const { return state_->origin >= 0 || state_->file; }

bool Target::can_rewrite() const { return state_->file && state_->file->readable(); }

void Target::write_at(std::uint64_t position, std::span<const std::byte> bytes) {
  State& s = *state_;
  s.flush();
  assert(s.file && s.file->readable());
  while (!bytes.empty()) {
    const ssize_t count = pwrite(s.fd, bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (count < 0) {
      if (errno != EINTR) throw system_error(Status::Io, s.name);
      check_interrupt();
      continue;
    }
    position += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  if (position <= s.position) return;
  if (lseek(s.fd, static_cast<off_t>(position), SEEK_SET) < 0) throw system_error(Status::Io, s.name);
  s.position = position;
}

std::size_t Target::read_at(std::uint64_t position, std::span<std::byte> into) {
  State& s = *state_;
  s.flush();
  while (true) {
    const ssize_t count = pread(s.fd, into.data(), into.size(), static_cast<off_t>(position));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw system_error(Status::Io, s.name);
    check_interrupt();
  }
}

std::vector<std::byte> Target::take_gathered() {
  state_->position -= state_->gathered.size();
  return std::exchange(state_->gathered, {});
}

bool Target::splice_from(int pipe, std::size_t n) {
  State& s = *state_;
  if (s.fd < 0) return false;
  s.flush();
  s.broken = true;
  while (n != 0) {
    const ssize_t count = splice(pipe, nullptr, s.fd, nullptr, n, SPLICE_F_MOVE);
    if (count < 0) {
      if (errno == EINVAL) {  // such a target cannot: nothing was moved
        s.broken = false;
        return false;
      }
      if (errno == EPIPE) throw Error(Status::ReaderGone, s.name + ": no reader is left");
      if (errno == EAGAIN) {
        pollfd p{s.fd, POLLOUT, 0};
        poll(&p, 1, -1);
      } else if (errno != EINTR) {
        throw system_error(Status::Io, s.name);
      }
      check_interrupt();
      continue;
    }
    s.position += static_cast<std::size_t>(count);
    n -= static_cast<std::size_t>(count);
  }
  s.broken = false;
  return true;
}

void Target::finish() {
  State& s = *state_;
  s.flush();
  if (s.finish) std::exchange(s.finish, nullptr)();
  if (s.fd < 0) return;
  if (s.file) {
    s.file->give_name();
    s.file.reset();
    s.fd = -1;
    return;
  }
  s.marked = s.position;
  s.origin = -1;
  if (close(std::exchange(s.fd, -1)) != 0 && errno != EINTR) throw system_error(Status::Io, s.name);
}

void Target::discard() noexcept { state_->discard(); }

std::string Target::keep_part() {
  State& s = *state_;
  try {
    s.flush();
  } catch (const Error&) {
    s.gathered.clear();  // the disk is full: keep the bytes on it
  }
  if (!s.file) {  // redirected: the file has its name
    mark();
    return s.name;
  }
  std::string part = s.file->give_part_name();
  s.discard();
  return part;
}

int Target::directory() const { return state_->file ? state_->file->folder() : -1; }
int Target::fd() const { return state_->fd; }
std::uint64_t Target::position() const { return state_->position; }
const std::string& Target::name() const { return state_->name; }

}  // namespace sl
