// The listening socket and the token, and the process that gets both.

#include "libcore/net/folder_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/net/listener.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

// ---- The socket ----

struct Address {
  std::string host = "127.0.0.1", port;
};

Address parse_address(const std::string& text) {
  Address result;
  const std::size_t colon = text.rfind(':');
  result.port = text.substr(colon == std::string::npos ? 0 : colon + 1);
  if (colon != std::string::npos) result.host = text.substr(0, colon);
  const bool has_brackets = result.host.starts_with('[') && result.host.ends_with(']');
  if (has_brackets) result.host = result.host.substr(1, result.host.size() - 2);
  const bool is_host = !result.host.empty() && (has_brackets || result.host.find(':') == std::string::npos);
  if (!to_number<std::uint16_t>(result.port) || !is_host) {
    throw Error(Status::Usage, printable(text) + ": is not a [HOST:]PORT to serve at");
  }
  return result;
}

// ---- The token ----

std::string read_token(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw system_error(errno == EACCES ? Status::NotPermitted : Status::NoInput, path);
  constexpr std::size_t max_size = 1024;
  std::string text(max_size + 1, '\0');
  const ssize_t count = read(fd, text.data(), text.size());
  close(fd);
  if (count < 0) throw system_error(Status::Io, path);
  text.resize(static_cast<std::size_t>(count));
  text.erase(std::min(text.find_first_of("\r\n"), text.size()));
  const bool is_token =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") ==
      std::string::npos;
  if (text.empty() || text.size() > max_size || !is_token) {
    throw Error(Status::Data, path + ": its first line is not a token: 1 to 1024 letters, digits and -._~+/=");
  }
  return text;
}

}  // namespace

FolderServer::FolderServer(const std::string& folder, const FolderServerOptions& options) {
  const bool has_token = !options.token_file.empty();
  const std::string token = has_token ? "+" + read_token(options.token_file) : "-";
  if (access(folder.c_str(), R_OK | X_OK) != 0) {
    throw system_error(errno == EACCES ? Status::NotPermitted : Status::NoInput, folder);
  }
  const std::string helper = find_part("sl-serve");
  const Address address = parse_address(options.address);
  const Listener listener = listen_at(address.host, address.port, "serve at " + printable(options.address));
  url_ = "http://" + listener.host + ":" + listener.port + "/";
  is_open_to_all_ = !has_token && !listener.is_loopback;
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    close(listener.fd);
    throw system_error(Status::Resources, "a socket pair");
  }
  socket_ = ends[0];
  std::vector<std::string> arguments{helper, "--folder", folder, "--parent", std::to_string(getpid())};
  if (listener.is_loopback) arguments.emplace_back("--loopback");
  if (options.sandbox_report) arguments.emplace_back("--sandbox-report");
  try {
    process_ = Helper::start(arguments, listener.fd, ends[1]);
  } catch (...) {
    for (const int fd : {listener.fd, ends[0], ends[1]}) close(fd);
    throw;
  }
  close(listener.fd);
  close(ends[1]);
  char ready = 0;
  if (send(socket_, token.data(), token.size(), MSG_NOSIGNAL) < 0 || recv(socket_, &ready, 1, 0) != 1) {
    const Ending ending = stop();
    const bool reported = ending.code && *ending.code != 0;  // on the same standard error
    throw Error::upstream(reported ? static_cast<Status>(*ending.code) : Status::Missing,
                          {"sl-serve", "", ending.code, ending.signal, "did not start"}, reported);
  }
}

FolderServer::FolderServer(FolderServer&& other) noexcept
    : url_(std::move(other.url_)),
      is_open_to_all_(other.is_open_to_all_),
      socket_(std::exchange(other.socket_, -1)),
      process_(std::move(other.process_)) {}

FolderServer::~FolderServer() {
  if (socket_ >= 0) stop();
}

void FolderServer::keep_serving(std::optional<std::chrono::milliseconds> time) const {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  constexpr int step = 200;  // milliseconds: an interrupt may come just before the waiting begins
  while (interrupted() == 0 && (!time || Clock::now() - start < *time)) {
    pollfd exit{socket_, POLLIN, 0};
    if (poll(&exit, 1, step) > 0) throw Error(Status::Unavailable, "sl-serve has ended, which served " + url_);
  }
}

const Ending& FolderServer::stop() {
  if (socket_ >= 0) close(std::exchange(socket_, -1));
  return process_.wait();
}

}  // namespace sl
