// Start sl-fetch, the process that has the network. remote.h has the questions to it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/process/launch.h"

namespace sl {

// The options of sl-fetch.
struct FetchOptions {
  std::uint64_t max_bytes = 0;  // of content, 0: no limit
  std::int64_t timeout = 20;    // seconds without a byte
  bool sandbox_report = false;
  std::vector<std::string> allowed{};  // hosts and folders, besides the URL's own (fetch/gate.h)
};
// sl-fetch: it dies with this process, and ends when the socket is closed.
struct Fetcher {
  Helper process;
  int socket;
};
// Start sl-fetch; without a URL it serves references only. Throw Missing or Resources.
[[nodiscard]] Fetcher start_fetcher(const std::string& url, const FetchOptions& options);

}  // namespace sl
