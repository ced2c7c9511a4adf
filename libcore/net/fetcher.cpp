// Start sl-fetch.

#include "libcore/net/fetcher.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "libcore/base/error.h"

namespace sl {

Fetcher start_fetcher(const std::string& url, const FetchOptions& options) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw system_error(Status::Resources, "a socket pair");
  }
  std::vector<std::string> arguments{find_part("sl-fetch"), "--parent", std::to_string(getpid()), "--timeout",
                                     std::to_string(options.timeout)};
  if (options.max_bytes != 0) {
    arguments.insert(arguments.end(), {"--max-bytes", std::to_string(options.max_bytes)});
  }
  for (const std::string& allowed : options.allowed) arguments.insert(arguments.end(), {"--allow", allowed});
  if (options.sandbox_report) arguments.emplace_back("--sandbox-report");
  arguments.insert(arguments.end(), {"--", url});
  // The socket is its standard output too, so that it does not keep the pipe to the next stage open.
  Helper process = Helper::start(arguments, ends[1], ends[1]);
  close(ends[1]);
  return {std::move(process), ends[0]};
}

}  // namespace sl
