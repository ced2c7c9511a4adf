// The process that looks, and the descriptor it passes.

#include "devices/v4l2/finder.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string>

#include "libcore/base/error.h"
#include "libcore/process/launch.h"

namespace sl::v4l2 {

namespace {

constexpr std::size_t max_path = 64;
constexpr timespec pause_between_looks{0, 200'000'000};

// What passes through the socket: a text and a descriptor.
struct Letter {
  explicit Letter(std::string& text) : text_{text.data(), text.size()} {
    message.msg_iov = &text_;
    message.msg_iovlen = 1;
    message.msg_control = room_.data();
    message.msg_controllen = room_.size();
  }
  Letter(const Letter&) = delete;
  Letter& operator=(const Letter&) = delete;

  msghdr message{};

 private:
  iovec text_;
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> room_{};
};

// Send a path and the descriptor of its file. Return false if the other end has closed.
bool pass(int socket, const Device& device) {
  std::string path = device.identity().path.substr(0, max_path);
  Letter letter(path);
  cmsghdr* head = CMSG_FIRSTHDR(&letter.message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = device.fd();
  std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
  return sendmsg(socket, &letter.message, MSG_NOSIGNAL) > 0;
}

struct Wanted {
  Identity camera;
  bool has_twin = false;  // then it is known by its place alone: makers give all of a kind one serial number

  [[nodiscard]] bool is(const Identity& other) const {
    return camera.is_same(other) && (!has_twin || camera.bus == other.bus);
  }
};

// Search until it is found, or until the other end has closed.
bool look(int socket, const Wanted& wanted) {
  for (;;) {
    for (const Device& device : all_devices()) {
      if (wanted.is(device.identity())) return pass(socket, device);
    }
    char byte = 0;
    if (recv(socket, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0) return false;
    nanosleep(&pause_between_looks, nullptr);
  }
}

[[noreturn]] void serve(int socket, const Wanted& wanted, int parent) {
  die_with_parent(parent);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);  // it ends with the stage
  // It must not hold the camera, nor the pipe that others wait on.
  dup2(socket, STDIN_FILENO);
  close_range(1, ~0u, 0);
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) == 1 && look(STDIN_FILENO, wanted)) {
  }
  _exit(0);
}

}  // namespace

Finder::Finder(const Identity& camera) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw system_error(Status::Resources, "--reconnect");
  }
  Wanted wanted{camera};
  for (const Device& device : all_devices()) {
    wanted.has_twin = wanted.has_twin || (camera.is_same(device.identity()) && camera.bus != device.identity().bus);
  }
  const int parent = getpid();
  child_ = fork();
  if (child_ < 0) throw system_error(Status::Resources, "--reconnect");
  if (child_ == 0) serve(ends[1], wanted, parent);
  close(ends[1]);
  socket_ = ends[0];
}

Finder::~Finder() {
  close(socket_);
  waitpid(child_, nullptr, 0);
}

void Finder::ask() const {
  if (write(socket_, "?", 1) != 1) throw system_error(Status::Bug, "--reconnect");
}

Device Finder::receive() const {
  std::string path(max_path, '\0');
  Letter letter(path);
  ssize_t count = 0;
  do {
    count = recvmsg(socket_, &letter.message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  const cmsghdr* head = count > 0 ? CMSG_FIRSTHDR(&letter.message) : nullptr;
  if (head == nullptr || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(int))) {
    throw Error(Status::Resources, "--reconnect: the process that looks for the camera has ended");
  }
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
  path.resize(static_cast<std::size_t>(count));
  return {fd, path};
}

}  // namespace sl::v4l2
