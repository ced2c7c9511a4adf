// sl-fetch: the process that has the network. It reads what stands at one URL for a stage that has given up everything
// (remote.h), keeps what it fetched lately, and fetches ahead. It ends when nobody holds the other end of its socket.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/fetch/network_paths.h"
#include "libcore/fetch/resource.h"
#include "libcore/launch.h"
#include "libcore/remote.h"
#include "libcore/sandbox.h"

namespace {

using sl::remote_wire::Reply;
using sl::remote_wire::Request;

constexpr int stage = STDIN_FILENO;  // the socket

[[noreturn]] void leave(sl::Status status) { std::_Exit(static_cast<int>(status)); }

// ---- The socket ----

void send_all(std::span<const std::byte> bytes, int flags = 0) {
  while (!bytes.empty()) {
    const ssize_t count = send(stage, bytes.data(), bytes.size(), MSG_NOSIGNAL | flags);
    if (count < 0 && errno != EINTR) leave(sl::Status::Ok);  // nobody wants it any more
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

// The next question; whoever asks nonsense is not to be served.
Request receive() {
  Request request{};
  auto bytes = std::as_writable_bytes(std::span(&request, 1));
  while (!bytes.empty()) {
    const ssize_t count = read(stage, bytes.data(), bytes.size());
    if (count == 0 || (count < 0 && errno != EINTR)) leave(sl::Status::Ok);
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  if (request.magic != sl::remote_wire::magic || request.length > sl::remote_wire::most_bytes ||
      request.offset > sl::remote_wire::most_offset || request.resource != 0 || request.reserved != 0) {
    leave(sl::Status::Bug);
  }
  return request;
}

Reply reply_to(const Request& request) {
  return {sl::remote_wire::magic, 0, request.offset, sl::remote_wire::unknown_size, 0, 0, 0, 0, 0};
}

void send_failure(Reply reply, const sl::Error& error) {
  const std::string message = std::string(error.what()).substr(0, sl::remote_wire::most_message);
  reply.status = static_cast<std::uint32_t>(error.status());
  reply.length = static_cast<std::uint32_t>(message.size());
  send_all(std::as_bytes(std::span(&reply, 1)), MSG_MORE);
  send_all(std::as_bytes(std::span(message)));
}

// Answers if there is an answer.
bool answer(const Request& request, sl::fetch::Resource& resource, std::vector<std::byte>& buffer) {
  const auto piece = resource.read(request.offset, std::span(buffer).first(request.length));
  if (!piece) return false;
  Reply reply = reply_to(request);
  reply.size = resource.size().value_or(sl::remote_wire::unknown_size);
  reply.ready = resource.ready(request.offset + piece->count);
  reply.requests = resource.requests();
  reply.fetched = resource.fetched();
  reply.ranges = resource.has_ranges() ? 1 : 0;
  if (piece->failure) {
    send_failure(reply, *piece->failure);
  } else {
    reply.length = static_cast<std::uint32_t>(piece->count);
    send_all(std::as_bytes(std::span(&reply, 1)), piece->count == 0 ? 0 : MSG_MORE);
    send_all(std::span(buffer).first(piece->count));
  }
  return true;
}

void serve(const std::string& url, const sl::fetch::Resource::Limits& limits) {
  std::vector<std::byte> buffer(sl::remote_wire::most_bytes);
  sl::fetch::Resource resource(url, limits);
  std::optional<Request> request;
  while (true) {
    const auto time = resource.work();
    if (request && answer(*request, resource, buffer)) request.reset();
    if (!resource.wait(stage, time)) continue;
    if (!request) {
      request = receive();
      if (answer(*request, resource, buffer)) request.reset();
    } else {
      // It waits for an answer, so this is its end, or nonsense.
      char byte = 0;
      leave(recv(stage, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0 ? sl::Status::Ok : sl::Status::Bug);
    }
  }
}

// ---- Set-up ----

struct Arguments {
  std::string url;
  int parent = 0;
  bool sandbox_report = false;
  sl::fetch::Resource::Limits limits;
};

[[noreturn]] void refuse_arguments() {
  std::fputs("sl-fetch: is started by the other commands, for a URL as their INPUT\n", stderr);
  leave(sl::Status::Usage);
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) refuse_arguments();
  return value;
}

Arguments parse(int argc, char** argv) {
  Arguments result;
  int i = 1;
  for (; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view name = argv[i];
    if (name == "--sandbox-report") {
      result.sandbox_report = true;
      continue;
    }
    if (++i >= argc) refuse_arguments();
    const std::uint64_t value = number(argv[i]);
    if (name == "--parent") {
      result.parent = static_cast<int>(value);
    } else if (name == "--max-bytes") {
      result.limits.max_bytes = value;
    } else if (name == "--timeout") {
      result.limits.timeout = std::chrono::seconds(value);
    } else {
      refuse_arguments();
    }
  }
  if (i + 2 != argc || result.parent == 0) refuse_arguments();
  result.url = argv[i + 1];
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  sl::die_with_parent(arguments.parent);
  close_range(STDERR_FILENO + 1, ~0U, 0);
  // An interrupt is the stage's affair, which may still want to read to a proper end.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  for (const std::string& line : sl::confine_to_network(sl::fetch::network_paths())) {
    if (arguments.sandbox_report) std::fprintf(stderr, "sl-fetch: %s\n", line.c_str());
  }
  try {
    serve(arguments.url, arguments.limits);
  } catch (const sl::Error& error) {
    send_failure(reply_to(receive()), error);
  } catch (const std::exception& error) {
    send_failure(reply_to(receive()), sl::Error(sl::Status::Resources, error.what()));
  }
  return 0;
}
