// The process does nothing else, so it needs no thread: it reads numbers of commands, and sends pipes.

#include "libcore/stage/reopener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/process/descriptor_letter.h"
#include "libcore/process/launch.h"
#include "libcore/stage/handover.h"

namespace sl {

namespace {

// Start a command and pass its output on. Return false if the stage has ended.
bool start(int socket, std::size_t number, std::vector<std::string> command) {
  Handover handover;
  handover.parent = getpid();  // it ends with this process
  const std::vector<std::string> words = handover.arguments();
  command.insert(command.begin() + 1, words.begin(), words.end());
  try {
    const PipeEnds pipe = make_pipe();
    (void)Helper::start(command, -1, pipe.write);
    const bool is_sent = send_descriptor(socket, std::to_string(number), pipe.read);
    close(pipe.read);
    close(pipe.write);
    return is_sent;
  } catch (const Error&) {
    return true;  // the stage asks again
  }
}

[[noreturn]] void serve(int socket, const std::vector<std::vector<std::string>>& commands, int parent) {
  die_with_parent(parent);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);  // it ends with the stage
  std::signal(SIGCHLD, SIG_IGN);                                                    // nothing waits for decoders
  // It must hold none of the stage's pipes.
  const int kept = fcntl(socket, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int nothing = open("/dev/null", O_RDWR);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) dup2(nothing, fd);
  dup2(kept, STDERR_FILENO + 1);
  fcntl(STDERR_FILENO + 1, F_SETFD, FD_CLOEXEC);
  close_range(STDERR_FILENO + 2, ~0U, 0);
  unsigned char number = 0;
  while (recv(STDERR_FILENO + 1, &number, 1, 0) == 1 && start(STDERR_FILENO + 1, number, commands[number])) {
  }
  _exit(0);
}

}  // namespace

Reopener::Reopener(const std::vector<std::vector<std::string>>& commands) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw system_error(Status::Resources, "inputs that come back");
  }
  const int parent = getpid();
  child_ = fork();
  if (child_ < 0) throw system_error(Status::Resources, "inputs that come back");
  if (child_ == 0) serve(ends[1], commands, parent);
  close(ends[1]);
  socket_ = ends[0];
}

Reopener::~Reopener() {
  close(socket_);
  waitpid(child_, nullptr, 0);
}

void Reopener::ask(std::size_t command) const {
  const auto number = static_cast<unsigned char>(command);
  (void)send(socket_, &number, 1, MSG_NOSIGNAL);
}

std::optional<Reopener::Started> Reopener::started() const {
  const auto letter = receive_descriptor(socket_, 8, false);
  if (!letter) return std::nullopt;
  return Started{to_number<std::size_t>(letter->text).value_or(0), letter->fd};
}

}  // namespace sl
