// sl-serve: the process that has the listening socket of `--serve` (libcore/net/folder_server.h starts it). It reads
// one folder and nothing else, writes nothing, and ends with the process that started it.
//
//   standard input   the listening socket
//   standard output  a socket to the parent: receives the token ("+TOKEN", or "-"), sends "+" when all is set up; the
//                    server ends when it is closed

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/net/serve/server.h"
#include "libcore/process/launch.h"
#include "libcore/process/sandbox.h"

namespace {

constexpr int listener = STDIN_FILENO, parent = STDOUT_FILENO;

struct Arguments {
  std::string folder;
  int parent = 0;
  bool is_loopback = false, sandbox_report = false;
};

Arguments parse(int argc, char** argv) {
  Arguments result;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--sandbox-report") {
      result.sandbox_report = true;
    } else if (name == "--loopback") {
      result.is_loopback = true;
    } else if (name == "--parent" && i + 1 < argc) {
      result.parent = sl::to_number<int>(argv[++i]).value_or(0);
    } else if (name == "--folder" && i + 1 < argc) {
      result.folder = argv[++i];
    }
  }
  if (result.parent == 0 || result.folder.empty()) {
    throw sl::Error(sl::Status::Usage, "is started by sl-hls --serve");
  }
  return result;
}

std::string receive_token() {
  std::array<char, 4096> message{};
  const ssize_t count = recv(parent, message.data(), message.size(), 0);
  if (count <= 0) throw sl::Error(sl::Status::Upstream, "the process that started it has ended");
  return {message.data() + 1, static_cast<std::size_t>(count) - 1};
}

// Return how many connections are possible: each needs a descriptor, and one for the file that it receives.
unsigned connections() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  constexpr rlim_t max_files = 2100, reserved = 100;
  files.rlim_cur = std::min(files.rlim_max, std::max(files.rlim_cur, max_files));
  setrlimit(RLIMIT_NOFILE, &files);
  return static_cast<unsigned>((std::min(files.rlim_cur, max_files) - std::min(files.rlim_cur, reserved)) / 2);
}

void serve(const Arguments& arguments) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  const int signals = signalfd(-1, &set, SFD_CLOEXEC);
  sl::serve::ServerLimits limits;
  limits.connections = connections();
  sl::serve::Folder folder(arguments.folder);
  sl::serve::Site site(folder, {receive_token(), arguments.is_loopback});
  sl::serve::Server server(listener, site, folder, limits);
  for (const std::string& line : sl::confine_to_serving(arguments.folder)) {
    if (arguments.sandbox_report) std::fprintf(stderr, "sl-serve: %s\n", line.c_str());
  }
  if (send(parent, "+", 1, MSG_NOSIGNAL) == 1) server.run(parent, signals);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Arguments arguments = parse(argc, argv);
    sl::die_with_parent(arguments.parent);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    // Leave interrupts to the parent, which may have a playlist to finish first.
    for (const int signal : {SIGINT, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
    serve(arguments);
  } catch (const sl::Error& error) {
    std::fprintf(stderr, "sl-serve: %s\n", error.what());
    return static_cast<int>(error.status());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sl-serve: %s\n", error.what());
    return static_cast<int>(sl::Status::Resources);
  }
  return 0;
}
