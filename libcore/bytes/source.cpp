// Source: one buffer with read-ahead over a descriptor, memory or callbacks.

#include "libcore/bytes/source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/bytes/remote.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

// For memory that is written before it is read: resize() touches no page of it.
struct WithoutZeros : std::allocator<std::byte> {
  template <class>
  struct rebind {
    using other = WithoutZeros;
  };
  void construct(std::byte*) noexcept {}
};

}  // namespace

struct Source::State {
  std::string name;
  int fd = -1;
  ReadCallback read;
  SeekCallback seek;
  std::unique_ptr<Remote> remote;
  std::function<void()> write_held, before_wait;
  int watch = -1;

  // Bytes [begin, end) of `data` are read ahead; those before `begin` are kept in the header phase only.
  const std::byte* data = nullptr;
  std::vector<std::byte, WithoutZeros> storage;
  std::size_t begin = 0, end = 0;
  std::size_t read_ahead = 64 << 10;
  std::uint64_t taken_before_data = 0;  // bytes taken that `data` no longer holds
  off_t origin = -1;                    // first position of a seekable descriptor; -1: cannot seek
  bool waits = false;                   // a pipe, socket or terminal
  bool is_pipe = false;
  bool header = true, at_end = false;
  std::uint64_t most_kept = ~std::uint64_t{0};
  Counters counters;
  std::unique_ptr<std::byte[]> waste;  // buffer for skipped bytes
  static constexpr std::uint64_t worth_a_seek = 32 << 10;

  ~State() {
    if (fd >= 0) close(fd);
  }

  std::size_t buffered() const { return end - begin; }

  void about_to_wait() const {
    if (write_held) write_held();
    if (before_wait) before_wait();
  }

  // Block until the descriptor is readable. If it is not yet, call the on_wait hook first.
  void wait() {
    check_interrupt();  // even if there is always more to read
    if (waits) wait_for(fd);
  }

  void wait_for(int other) {
    std::array<pollfd, 2> polls{pollfd{other, POLLIN, 0}, pollfd{watch, 0, 0}};
    if (poll(polls.data(), 1, 0) > 0) return;
    about_to_wait();
    while (true) {
      const int ready = poll(polls.data(), polls.size(), -1);
      if (ready < 0 && errno != EINTR) throw system_error(Status::Io, name);
      check_interrupt();
      if (ready <= 0) continue;
      if (polls[0].revents != 0) return;
      if ((polls[1].revents & (POLLERR | POLLHUP)) != 0) throw Error(Status::ReaderGone, "no reader is left");
    }
  }

  // One read into one or two pieces, 0 at the end.
  std::size_t read_pieces(std::span<iovec> pieces) {
    if (at_end) return 0;
    ++counters.reads;
    std::size_t count = 0;
    if (remote) {
      // Bytes that have arrived come at once: no need to flush the output first.
      const std::uint64_t offset = taken_before_data + end;
      const bool here = remote->known_ready(offset) != 0;
      const std::span into(static_cast<std::byte*>(pieces[0].iov_base), pieces[0].iov_len);
      count = remote->read(
          offset, into, here ? std::function<void()>() : [this] { wait(); });
    } else if (fd >= 0) {
      while (true) {
        wait();
        const ssize_t got = readv(fd, pieces.data(), static_cast<int>(pieces.size()));
        if (got >= 0) {
          count = static_cast<std::size_t>(got);
          break;
        }
        if (errno == EISDIR) throw system_error(Status::NoInput, name);
        if (errno == EAGAIN) {  // ssh makes shared descriptors non-blocking
          pollfd p{fd, POLLIN, 0};
          poll(&p, 1, -1);
        } else if (errno != EINTR) {
          throw system_error(Status::Io, name);
        }
        check_interrupt();
      }
    } else if (read) {
      count = read({static_cast<std::byte*>(pieces[0].iov_base), pieces[0].iov_len});
      assert(count <= pieces[0].iov_len);
    }
    if (count == 0) at_end = true;
    counters.bytes += count;
    return count;
  }

  void start_with(std::vector<std::byte>&& head) {
    storage.assign(head.begin(), head.end());
    data = storage.data();
    end = storage.size();
  }

  void drop_taken() {
    std::memmove(storage.data(), storage.data() + begin, buffered());
    taken_before_data += begin;
    end -= begin;
    begin = 0;
  }

  // Read once, into room for at least `size` buffered bytes. Return false at the end.
  bool fill(std::size_t size) {
    if (fd < 0 && !read) return false;
    if (begin > most_kept) header = false;
    if (!header && begin > 0 && begin + std::max(size, read_ahead) > storage.size()) drop_taken();
    const std::size_t room = std::max({begin + size, begin + read_ahead, end + 1});
    if (storage.size() < room) storage.resize(header ? std::max(room, storage.size() * 2) : room);
    data = storage.data();
    iovec piece{storage.data() + end, std::max(room, header ? end + read_ahead : room) - end};
    piece.iov_len = std::min(piece.iov_len, storage.size() - end);
    const std::size_t count = read_pieces({&piece, 1});
    end += count;
    return count != 0;
  }

  // Seek over the next `n` bytes of a file, as many as it has; return the number.
  std::uint64_t seek_over(std::uint64_t n) {
    if (header || remote || fd < 0 || origin < 0 || buffered() != 0) return 0;
    const off_t here = lseek(fd, 0, SEEK_CUR), size = lseek(fd, 0, SEEK_END);
    const auto left = here >= 0 && size > here ? static_cast<std::uint64_t>(size - here) : 0;
    const std::uint64_t step = std::min(n, left);
    if (here < 0 || lseek(fd, here + static_cast<off_t>(step), SEEK_SET) < 0) throw system_error(Status::Io, name);
    ++counters.seeks;
    taken_before_data += begin + step;
    begin = end = 0;
    return step;
  }

  std::size_t take_buffered(std::span<std::byte> into) {
    const std::size_t count = std::min(into.size(), buffered());
    if (count != 0) std::memcpy(into.data(), data + begin, count);
    begin += count;
    return count;
  }
};

Source::Source(std::unique_ptr<State> state) : state_(std::move(state)) {}
Source::Source(Source&& other) noexcept = default;
Source& Source::operator=(Source&& other) noexcept = default;
Source::~Source() = default;

Source Source::descriptor(int fd, std::string name, std::vector<std::byte> head) {
  auto state = std::make_unique<State>();
  state->fd = fd;
  state->name = std::move(name);
  struct stat info {};
  if (fstat(fd, &info) != 0) throw system_error(Status::NoInput, state->name);
  if (S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    throw system_error(Status::NoInput, state->name);
  }
  state->waits = !S_ISREG(info.st_mode) && !S_ISBLK(info.st_mode);
  state->is_pipe = S_ISFIFO(info.st_mode);
  state->start_with(std::move(head));
  if (!state->waits && state->end == 0) state->origin = lseek(fd, 0, SEEK_CUR);
  return Source(std::move(state));
}

Source Source::file(const std::string& path) {
  // Without O_NONBLOCK, opening a FIFO waits for its writer, who may wait for this process to open another one.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  // Bytes of a writer that has come and gone: without another one since open(), poll() would not see their end.
  int pending = 0;
  struct stat info {};
  if (fd >= 0 && fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode) && ioctl(fd, FIONREAD, &pending) == 0 && pending > 0) {
    const int writer = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (writer >= 0) close(writer);
  }
  if (fd < 0) throw system_error(errno == EACCES || errno == EPERM ? Status::NotPermitted : Status::NoInput, path);
  return descriptor(fd, path);
}

Source Source::memory(std::span<const std::byte> bytes, std::string name) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->data = bytes.data();
  state->end = bytes.size();
  state->at_end = true;
  state->counters.bytes = bytes.size();
  return Source(std::move(state));
}

Source Source::callbacks(ReadCallback read, SeekCallback seek, std::string name) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->read = std::move(read);
  state->seek = std::move(seek);
  if (state->seek) state->origin = 0;
  return Source(std::move(state));
}

Source Source::remote(int socket, std::unique_ptr<Remote> remote, std::string name, std::vector<std::byte> head) {
  auto state = std::make_unique<State>();
  state->fd = socket;
  state->name = std::move(name);
  state->waits = true;
  state->start_with(std::move(head));
  if (remote->can_seek()) state->origin = 0;
  state->remote = std::move(remote);
  return Source(std::move(state));
}

std::span<const std::byte> Source::peek(std::size_t n) {
  while (state_->buffered() < n && state_->fill(n)) {
  }
  return {state_->data + state_->begin, state_->buffered()};
}

void Source::consume(std::size_t n) {
  assert(n <= state_->buffered());
  state_->begin += n;
}

std::size_t Source::read(std::span<std::byte> into) {
  State& s = *state_;
  if (into.empty()) return 0;
  const bool is_memory = s.fd < 0 && !s.read;  // which seek() returns to
  if (s.buffered() == 0 && !s.header && !is_memory && into.size() >= s.read_ahead) {
    s.taken_before_data += s.begin;
    s.begin = s.end = 0;
    iovec piece{into.data(), into.size()};
    const std::size_t count = s.read_pieces({&piece, 1});
    s.taken_before_data += count;
    return count;
  }
  if (s.buffered() == 0 && !s.fill(1)) return 0;
  return s.take_buffered(into);
}

std::size_t Source::read_all(std::span<std::byte> into) {
  State& s = *state_;
  std::size_t done = s.take_buffered(into);
  while (done < into.size()) {
    const std::size_t missing = into.size() - done;
    const bool is_memory = s.fd < 0 && !s.read;
    if (s.header || missing < s.read_ahead || is_memory) {
      if (!s.fill(s.header || s.fd < 0 ? 1 : missing)) break;
      done += s.take_buffered(into.subspan(done));
      continue;
    }
    // Straight into the caller's memory, with the next header, which saves a call for each record.
    constexpr std::size_t next_header = 64;
    s.taken_before_data += s.begin;
    s.begin = s.end = 0;
    if (s.storage.size() < next_header) s.storage.resize(next_header);
    s.data = s.storage.data();
    std::array<iovec, 2> pieces{iovec{into.data() + done, missing}, iovec{s.storage.data(), next_header}};
    const std::size_t count = s.read_pieces(pieces);
    if (count == 0) break;
    const std::size_t direct = std::min(count, missing);
    done += direct;
    s.taken_before_data += direct;
    s.end = count - direct;
  }
  return done;
}

std::uint64_t Source::skip(std::uint64_t n) {
  State& s = *state_;
  std::uint64_t done = std::min<std::uint64_t>(n, s.buffered());
  s.begin += static_cast<std::size_t>(done);
  if (n - done >= State::worth_a_seek) done += s.seek_over(n - done);
  // The size of one read; read_ahead does not matter here.
  constexpr std::size_t piece = std::size_t{256} << 10;
  if (done < n && !s.waste) s.waste = std::make_unique_for_overwrite<std::byte[]>(piece);
  while (done < n) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(n - done, piece));
    const std::size_t count = read_all({s.waste.get(), step});
    done += count;
    if (count < step) break;
  }
  return done;
}

std::optional<std::size_t> Source::splice_to(int pipe, std::size_t n) {
  State& s = *state_;
  assert(s.buffered() == 0 && !s.header);
  if (!s.is_pipe || s.at_end) return std::nullopt;
  ++s.counters.reads;
  for (bool waited = false;;) {
    const ssize_t count = ::splice(s.fd, nullptr, pipe, nullptr, n, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (count >= 0) {
      s.at_end = count == 0;
      s.counters.bytes += static_cast<std::size_t>(count);
      s.taken_before_data += static_cast<std::size_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (errno == EINTR) {
      check_interrupt();
    } else if (errno == EAGAIN && !waited) {  // no bytes or no room: wait() knows
      s.wait();
      waited = true;
    } else {
      return std::nullopt;
    }
  }
}

bool Source::would_wait(std::size_t n) const {
  const State& s = *state_;
  if (s.buffered() >= n || s.at_end || !s.waits) return false;
  if (s.remote) return s.remote->would_wait(s.taken_before_data + s.end, n - s.buffered());
  int pending = 0;
  if (ioctl(s.fd, FIONREAD, &pending) == 0 && s.buffered() + static_cast<std::size_t>(pending) >= n) return false;
  pollfd p{s.fd, POLLIN, 0};
  if (poll(&p, 1, 0) == 0) return true;
  return pending > 0 && (p.revents & POLLHUP) == 0;  // at the end it does not wait either
}

void Source::on_wait(std::function<void()> before, int watch) {
  state_->before_wait = std::move(before);
  state_->watch = watch;
}

void Source::check_stop() const {
  if (interrupted() != 0 && (can_seek() || is_remote())) fail_interrupted();
}

void Source::write_held_before_wait(std::function<void()> write_held) { state_->write_held = std::move(write_held); }

bool Source::can_seek() const { return state_->origin >= 0 || (state_->fd < 0 && !state_->read); }

std::optional<std::uint64_t> Source::size() const {
  const State& s = *state_;
  if (s.fd < 0 && !s.read) return s.end;
  if (s.remote) return s.remote->size();
  if (s.fd < 0 || s.origin < 0) return std::nullopt;
  // The sandbox forbids fstat, which can take a name; lseek does as well.
  const off_t here = lseek(s.fd, 0, SEEK_CUR), end = lseek(s.fd, 0, SEEK_END);
  if (here < 0 || end < 0 || lseek(s.fd, here, SEEK_SET) != here) return std::nullopt;
  return static_cast<std::uint64_t>(std::max<off_t>(end - s.origin, 0));
}

void Source::seek(std::uint64_t offset) {
  State& s = *state_;
  if (offset >= s.taken_before_data && offset - s.taken_before_data <= s.end) {  // still buffered
    s.begin = static_cast<std::size_t>(offset - s.taken_before_data);
    return;  // the descriptor continues after the buffer
  }
  ++s.counters.seeks;
  const bool done = s.remote    ? s.origin >= 0
                    : s.fd >= 0 ? s.origin >= 0 && lseek(s.fd, s.origin + static_cast<off_t>(offset), SEEK_SET) >= 0
                                : s.seek && s.seek(offset);
  if (!done) throw Error(Status::Io, s.name + ": cannot seek");
  s.begin = s.end = 0;
  s.taken_before_data = offset;
  s.at_end = false;
}

void Source::hint_read_range(std::uint64_t begin, std::uint64_t end) {
  if (state_->remote) state_->remote->hint_read_range(begin, end);
}

void Source::rewind() { seek(0); }

void Source::end_header() { state_->header = false; }

void Source::keep(std::uint64_t most) {
  State& s = *state_;
  if (s.begin > 0 && s.data == s.storage.data()) s.drop_taken();
  s.header = true;
  s.most_kept = most;
}

bool Source::can_return(std::uint64_t offset) const { return can_seek() || offset >= state_->taken_before_data; }

void Source::limit_read_ahead(std::size_t bytes) {
  if (!state_->remote) state_->read_ahead = bytes;  // a remote source cannot splice, and each read asks another process
}

void Source::wait_for(int fd) {
  check_interrupt();
  if (fd >= 0) return state_->wait_for(fd);
  state_->about_to_wait();
  pollfd output{state_->watch, 0, 0};
  if (poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0) {
    throw Error(Status::ReaderGone, "no reader is left");
  }
}

void Source::also_read(const Counters& others) { state_->counters += others; }

std::span<const std::byte> Source::taken() const {
  assert(state_->header);
  return {state_->data, state_->end};
}

int Source::release() { return std::exchange(state_->fd, -1); }
int Source::fd() const { return state_->fd; }
std::size_t Source::buffered() const { return state_->buffered(); }
std::uint64_t Source::position() const { return state_->taken_before_data + state_->begin; }
const std::string& Source::name() const { return state_->name; }
bool Source::is_remote() const { return state_->remote != nullptr; }

const Source::Counters& Source::counters() const {
  Counters& counters = state_->counters;
  if (state_->remote && state_->fd >= 0) state_->remote->count(counters.requests, counters.fetched);
  return counters;
}

}  // namespace sl
