// sl-fetch: the process that has the network. It reads a URL for a stage in its sandbox (remote.h), and references of
// that content as far as they are allowed (gate.h). It caches, fetches ahead, and ends when the other end of its socket
// is closed.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/parse.h"
#include "libcore/bytes/remote.h"
#include "libcore/net/fetch/library.h"
#include "libcore/net/fetch/network_paths.h"
#include "libcore/process/launch.h"
#include "libcore/process/sandbox.h"

namespace {

using sl::remote_wire::Reply;
using sl::remote_wire::Request;

constexpr int stage = STDIN_FILENO;  // the socket

[[noreturn]] void leave(sl::Status status) { std::_Exit(static_cast<int>(status)); }

// ---- The socket ----

void send_all(std::span<const std::byte> bytes, int flags = 0) {
  while (!bytes.empty()) {
    const ssize_t count = send(stage, bytes.data(), bytes.size(), MSG_NOSIGNAL | flags);
    if (count < 0 && errno != EINTR) leave(sl::Status::Ok);  // the stage has ended
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

// Return the next request. Exit if it is malformed: the stage is compromised or broken.
Request receive() {
  Request request{};
  auto bytes = std::as_writable_bytes(std::span(&request, 1));
  while (!bytes.empty()) {
    const ssize_t count = read(stage, bytes.data(), bytes.size());
    if (count == 0 || (count < 0 && errno != EINTR)) leave(sl::Status::Ok);
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  if (request.magic != sl::remote_wire::magic || request.length > sl::remote_wire::max_bytes ||
      request.offset > sl::remote_wire::max_offset || request.until > sl::remote_wire::max_offset) {
    leave(sl::Status::Bug);
  }
  return request;
}

std::string receive_reference(std::size_t size) {
  if (size > sl::remote_wire::max_reference) leave(sl::Status::Bug);
  std::string text(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = read(stage, text.data() + done, size - done);
    if (count == 0 || (count < 0 && errno != EINTR)) leave(sl::Status::Ok);
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return text.substr(0, text.find('\0'));
}

Reply reply_to(const Request& request) {
  return {sl::remote_wire::magic, 0, request.offset, sl::remote_wire::unknown_size, 0, 0, 0, 0, 0};
}

void send_failure(Reply reply, const sl::Error& error) {
  const std::string message = std::string(error.what()).substr(0, sl::remote_wire::max_message);
  reply.status = static_cast<std::uint32_t>(error.status());
  reply.length = static_cast<std::uint32_t>(message.size());
  send_all(std::as_bytes(std::span(&reply, 1)), MSG_MORE);
  send_all(std::as_bytes(std::span(message)));
}

void send_content(Reply reply, std::span<const std::byte> content) {
  reply.length = static_cast<std::uint32_t>(content.size());
  send_all(std::as_bytes(std::span(&reply, 1)), content.empty() ? 0 : MSG_MORE);
  send_all(content);
}

// Send the answer if it is ready. Return whether it was.
bool answer(const Request& request, sl::fetch::Library& library, std::vector<std::byte>& buffer) {
  Reply reply = reply_to(request);
  const bool reads = request.operation == sl::remote_wire::Operation::Read;
  try {
    const auto count = library.read(request.resource, request.offset,
                                    std::span(buffer).first(reads ? request.length : 0), request.until, reply);
    if (!count) return false;
    if (request.operation == sl::remote_wire::Operation::Locate) {
      const std::string place = library.place(request.resource);
      if (place.size() > request.length) throw sl::Error(sl::Status::Limit, "its URL is too long");
      send_content(reply, std::as_bytes(std::span(place)));
    } else {
      send_content(reply, std::span(buffer).first(*count));
    }
  } catch (const sl::Error& error) {
    library.count(reply);
    send_failure(reply, error);
  }
  return true;
}

// Execute Open and Close. Return whether the request needs answer().
bool take(const Request& request, sl::fetch::Library& library) {
  using sl::remote_wire::Operation;
  if (request.operation == Operation::Open) {
    const std::string reference = receive_reference(request.length);
    if (library.has(request.resource)) leave(sl::Status::Bug);
    try {
      library.open(request.resource, reference, request.offset, request.until);
    } catch (const sl::Error& error) {
      Reply reply = reply_to(request);
      library.count(reply);
      send_failure(reply, error);
      return false;
    }
    return true;
  }
  if (request.operation > Operation::Close || !library.has(request.resource)) leave(sl::Status::Bug);
  if (request.operation != Operation::Close) return true;
  library.close(request.resource);
  Reply reply = reply_to(request);
  library.count(reply);
  send_content(reply, {});
  return false;
}

void serve(sl::fetch::Library& library) {
  std::vector<std::byte> buffer(sl::remote_wire::max_bytes);
  std::optional<Request> request;
  while (true) {
    const auto time = library.work();
    if (request && answer(*request, library, buffer)) request.reset();
    if (!library.wait(stage, time)) continue;
    if (!request) {
      const Request next = receive();
      if (take(next, library) && !answer(next, library, buffer)) request = next;
    } else {
      // The stage waits for an answer: this is its end, or a malformed request.
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
  std::vector<std::string> allowed;
  std::uint64_t max_bytes = 0;
  std::chrono::seconds timeout{20};
};

[[noreturn]] void refuse_arguments() {
  std::fputs("sl-fetch: is started by the other commands, for a URL as their INPUT\n", stderr);
  leave(sl::Status::Usage);
}

std::uint64_t number(std::string_view text) {
  const auto value = sl::to_number<std::uint64_t>(text);
  if (!value) refuse_arguments();
  return *value;
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
    if (name == "--allow") {
      result.allowed.emplace_back(argv[i]);
      continue;
    }
    const std::uint64_t value = number(argv[i]);
    if (name == "--parent") {
      result.parent = static_cast<int>(value);
    } else if (name == "--max-bytes") {
      result.max_bytes = value;
    } else if (name == "--timeout") {
      result.timeout = std::chrono::seconds(value);
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
  // Leave interrupts to the stage, which may still read on to a proper end.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  try {
    sl::fetch::Library library(arguments.url, arguments.allowed, arguments.max_bytes, arguments.timeout);
    std::vector<std::string> readable = sl::fetch::network_paths();
    std::ranges::copy(library.folders(), std::back_inserter(readable));
    for (const std::string& line : sl::confine_to_network(readable)) {
      if (arguments.sandbox_report) std::fprintf(stderr, "sl-fetch: %s\n", line.c_str());
    }
    serve(library);
  } catch (const sl::Error& error) {
    send_failure(reply_to(receive()), error);
  } catch (const std::exception& error) {
    send_failure(reply_to(receive()), sl::Error(sl::Status::Resources, error.what()));
  }
  return 0;
}
