// posix_spawn, waitpid and the search for the parts of the installation.

#include "libcore/process/launch.h"

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>

#include "libcore/base/error.h"

extern char** environ;

namespace sl {

PipeEnds make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error(Status::Resources, "a pipe");
  enlarge_pipe(ends[1]);
  return {ends[0], ends[1]};
}

void enlarge_pipe(int fd) {
  constexpr int large = 1 << 20, modest = 256 << 10;
  const int size = fcntl(fd, F_GETPIPE_SZ);
  if (size < 0 || size >= large) return;
  if (fcntl(fd, F_SETPIPE_SZ, large) < 0 && size < modest) fcntl(fd, F_SETPIPE_SZ, modest);
}

std::string find_part(std::string_view name) {
  std::string self(PATH_MAX, '\0');
  const ssize_t length = readlink("/proc/self/exe", self.data(), self.size());
  if (length > 0) {
    self.resize(static_cast<std::size_t>(length));
    const std::string folder = self.substr(0, self.rfind('/') + 1);
    for (const char* place : {"", "../libexec/streamlib/", "../../bin/"}) {
      std::string candidate = folder + place + std::string(name);
      if (access(candidate.c_str(), X_OK) == 0) return candidate;
    }
  }
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? std::string_view() : path;
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    std::string candidate = std::string(folder.empty() ? "." : folder) + "/" + std::string(name);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error(Status::Missing, std::string(name) + " is not installed beside this command, nor on PATH");
}

void execute(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  throw system_error(Status::Missing, arguments[0]);
}

Helper Helper::start(const std::vector<std::string>& arguments, int input, int output, int error, int kept) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (input >= 0) posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (error >= 0) posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
  if (kept >= 0) posix_spawn_file_actions_adddup2(&actions, kept, kept);  // it no longer closes on exec
  pid_t pid = -1;
  const int failure = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    errno = failure;
    throw system_error(failure == EAGAIN || failure == ENOMEM ? Status::Resources : Status::Missing, arguments[0]);
  }
  return {pid, arguments[0].substr(arguments[0].rfind('/') + 1)};
}

void Helper::signal(int number) const { kill(pid_, number); }

const Ending& Helper::wait() {
  while (!ending_) {
    int status = 0;
    if (waitpid(pid_, &status, 0) < 0) {
      if (errno != EINTR) ending_ = Ending{};
    } else if (WIFEXITED(status)) {
      ending_ = Ending{WEXITSTATUS(status), {}};
    } else if (WIFSIGNALED(status)) {
      ending_ = Ending{{}, WTERMSIG(status)};
    }
  }
  return *ending_;
}

int inherited_memory(std::string_view name, const void* bytes, std::size_t size) {
  const int fd = memfd_create(std::string(name).c_str(), 0);
  const auto* next = static_cast<const char*>(bytes);
  std::size_t left = size;
  while (fd >= 0 && left != 0) {
    const ssize_t count = write(fd, next, left);
    if (count < 0 && errno != EINTR) break;
    if (count > 0) {
      next += count;
      left -= static_cast<std::size_t>(count);
    }
  }
  if (fd < 0 || left != 0 || lseek(fd, 0, SEEK_SET) != 0) throw system_error(Status::Resources, "memory for a helper");
  return fd;
}

InheritedDescriptors::InheritedDescriptors() {
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return;
  while (const dirent* entry = readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    struct stat info {};
    if (fd <= STDERR_FILENO || fd == dirfd(folder) || fstat(fd, &info) != 0) continue;
    entries_.push_back({fd, info.st_dev, info.st_ino});
  }
  closedir(folder);
}

void InheritedDescriptors::close() const {
  for (const Entry& entry : entries_) {
    struct stat info {};
    if (fstat(entry.fd, &info) != 0 || info.st_dev != entry.device || info.st_ino != entry.inode) continue;
    ::close(entry.fd);
  }
}

void die_with_parent(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(static_cast<int>(Status::Upstream));
}

}  // namespace sl
