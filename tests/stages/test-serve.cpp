// test-serve: what sl-hls does to serve its folder, and nothing else: test-serve DIR [HOST:]PORT [TOKEN_FILE]. It tells
// the URL on standard output, and ends at SIGTERM, or with the server.

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

#include "libcore/error.h"
#include "libcore/folder_server.h"

int main(int argc, char** argv) {
  if (argc < 3) return static_cast<int>(sl::Status::Usage);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  const int signals = signalfd(-1, &set, SFD_CLOEXEC);
  try {
    const bool has_report = argc > 4;
    sl::FolderServer server(argv[1], {argv[2], argc > 3 ? argv[3] : "", has_report});
    sigprocmask(SIG_BLOCK, &set, nullptr);
    std::printf("%s\n", server.url().c_str());
    std::fflush(stdout);
    if (server.is_open_to_all()) std::fputs("test-serve: open to all\n", stderr);
    std::array<pollfd, 2> wanted{{{server.gone_fd(), POLLIN, 0}, {signals, POLLIN, 0}}};
    poll(wanted.data(), wanted.size(), -1);
    const sl::Ending& ending = server.stop();
    return ending.code.value_or(static_cast<int>(sl::Status::Upstream));
  } catch (const sl::Error& error) {
    if (!error.told()) std::fprintf(stderr, "test-serve: %s\n", error.what());
    return static_cast<int>(error.status());
  }
}
