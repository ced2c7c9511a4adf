// Starting sl-fetch, the process that has the network; remote.h is how to ask it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/process/launch.h"

namespace sl {

// What sl-fetch is started with; the rest is its own affair.
struct FetchOptions {
  std::uint64_t max_bytes = 0;  // of content, 0: no limit
  std::int64_t timeout = 20;    // seconds without a byte
  bool sandbox_report = false;
  std::vector<std::string> allowed{};  // hosts and folders, besides the URL's own (fetch/gate.h)
};
// sl-fetch, which dies with this process, and ends when the socket to ask it by is closed.
struct Fetcher {
  Helper process;
  int socket;
};
// Without a URL it is for references only. Throws Missing or Resources.
[[nodiscard]] Fetcher start_fetcher(const std::string& url, const FetchOptions& options);

}  // namespace sl
