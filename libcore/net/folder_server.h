// Serve a folder by HTTP, with low-latency HLS, by a process of libexec/streamlib/sl-serve (net/serve).

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "libcore/process/launch.h"

namespace sl {

struct FolderServerOptions {
  std::string address;     // "8080", "127.0.0.1:8080", "[::]:8080", "name:8080"; without a host: loopback; port 0: any
  std::string token_file;  // every request must have its first line; empty: no token
  bool sandbox_report = false;
};

// A running server. Construct it before the sandbox; its functions work in it.
class FolderServer {
 public:
  // The folder must exist. Throws Usage (no address), CannotCreate (the port is taken), NotPermitted, NoInput (no
  // folder, no token file), Data (no token in it), Missing, Resources.
  FolderServer(const std::string& folder, const FolderServerOptions& options);
  FolderServer(FolderServer&& other) noexcept;
  FolderServer& operator=(FolderServer&&) = delete;
  ~FolderServer();  // stop()

  // The URL for users: "http://127.0.0.1:43121/".
  [[nodiscard]] const std::string& url() const { return url_; }
  // Whether other machines reach it without a token: the stage then warns.
  [[nodiscard]] bool is_open_to_all() const { return is_open_to_all_; }

  // Continue to serve until an interrupt, or for `time`. Throw Unavailable if the server has ended.
  void keep_serving(std::optional<std::chrono::milliseconds> time = std::nullopt) const;
  // Ends it: answers under way are finished (two seconds at most), requests that wait get 503.
  const Ending& stop();

 private:
  std::string url_;
  bool is_open_to_all_ = false;
  int socket_ = -1;
  Helper process_{-1, ""};
};

}  // namespace sl
