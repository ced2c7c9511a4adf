// test-serve: serves a folder as sl-hls does, and nothing else: test-serve DIR [HOST:]PORT [TOKEN_FILE]. It prints
// the URL on standard output, and ends at SIGTERM, or with the server.

#include <cstdio>

#include "libcore/base/error.h"
#include "libcore/net/folder_server.h"
#include "libcore/process/signals.h"

int main(int argc, char** argv) {
  if (argc < 3) return static_cast<int>(sl::Status::Usage);
  sl::catch_signals();
  try {
    const bool has_report = argc > 4;
    sl::FolderServer server(argv[1], {argv[2], argc > 3 ? argv[3] : "", has_report});
    std::printf("%s\n", server.url().c_str());
    std::fflush(stdout);
    if (server.is_open_to_all()) std::fputs("test-serve: open to all\n", stderr);
    server.serve_on();
    return server.stop().code.value_or(static_cast<int>(sl::Status::Upstream));
  } catch (const sl::Error& error) {
    if (!error.already_reported()) std::fprintf(stderr, "test-serve: %s\n", error.what());
    return static_cast<int>(error.status());
  }
}
