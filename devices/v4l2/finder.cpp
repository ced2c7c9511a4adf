// The process that looks, and the descriptor it passes.

#include "devices/v4l2/finder.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ctime>
#include <string>

#include "libcore/base/error.h"
#include "libcore/process/descriptor_letter.h"
#include "libcore/process/launch.h"

namespace sl::v4l2 {

namespace {

constexpr std::size_t max_path = 64;
constexpr timespec pause_between_looks{0, 200'000'000};

// Send a path and the descriptor of its file. Return false if the other end has closed.
bool pass(int socket, const Device& device) {
  return send_descriptor(socket, device.identity().path.substr(0, max_path), device.fd());
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
  const auto letter = receive_descriptor(socket_, max_path, true);
  if (!letter) throw Error(Status::Resources, "--reconnect: the process that looks for the camera has ended");
  return {letter->fd, letter->text};
}

}  // namespace sl::v4l2
