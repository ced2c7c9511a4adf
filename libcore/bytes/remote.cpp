// The stage's end of the socket to sl-fetch.

#include "libcore/bytes/remote.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/process/signals.h"

namespace sl {

using remote_wire::Operation;
using remote_wire::Reply;
using remote_wire::Request;

Remote::Remote(int socket, std::string name) : socket_(socket), name_(std::move(name)) { ask(0, {}, {}); }

Remote::Remote(int socket, std::string name, std::uint32_t resource, const std::string& reference, std::uint64_t start,
               std::uint64_t stop, const std::function<void()>& wait)
    : socket_(socket), resource_(resource), name_(std::move(name)) {
  if (reference.size() > remote_wire::max_reference) {
    throw Error(Status::Limit, name_ + ": refers to a URL of " + std::to_string(reference.size()) + " bytes");
  }
  const auto length = static_cast<std::uint32_t>(reference.size());
  const Request request{remote_wire::magic, length, start, resource_, Operation::Open, stop};
  in_step_ = false;
  send(std::as_bytes(std::span(&request, 1)));
  send(std::as_bytes(std::span(reference)));
  (void)answer(request, {}, wait);
}

void Remote::broken(std::string_view what) const {
  throw Error(Status::Unavailable, name_ + ": sl-fetch " + std::string(what));
}

void Remote::send(std::span<const std::byte> bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    // Not write(): the death of sl-fetch must be an error, not a SIGPIPE.
    const ssize_t count = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (count < 0 && errno != EINTR) broken("is gone");
    if (count > 0) done += static_cast<std::size_t>(count);
  }
}

void Remote::receive(std::span<std::byte> into, const std::function<void()>& wait) {
  while (!into.empty()) {
    if (wait) wait();
    const ssize_t count = ::read(socket_, into.data(), into.size());
    if (count == 0) broken("is gone");
    if (count > 0) into = into.subspan(static_cast<std::size_t>(count));
    if (count < 0 && errno != EINTR) throw system_error(Status::Io, name_);
    check_interrupt();
  }
}

std::size_t Remote::ask(std::uint64_t offset, std::span<std::byte> into, const std::function<void()>& wait,
                        Operation operation) {
  if (!std::exchange(in_step_, false)) broken("was interrupted");
  const auto length = static_cast<std::uint32_t>(std::min<std::size_t>(into.size(), remote_wire::max_bytes));
  const bool hinted = offset >= hinted_begin_ && offset < hinted_end_;
  const Request request{remote_wire::magic, length, offset, resource_, operation, hinted ? hinted_end_ : 0};
  send(std::as_bytes(std::span(&request, 1)));
  return answer(request, into, wait);
}

std::size_t Remote::answer(const Request& request, std::span<std::byte> into, const std::function<void()>& wait) {
  Reply reply{};
  receive(std::as_writable_bytes(std::span(&reply, 1)), wait);
  if (reply.magic != remote_wire::magic || reply.offset != request.offset || reply.ranges > 1)
    broken("answers nonsense");
  last_.requests = reply.requests;
  last_.fetched = reply.fetched;
  if (reply.status != 0) {
    if (reply.status < static_cast<std::uint32_t>(Status::Usage) ||
        reply.status >= static_cast<std::uint32_t>(Status::Upstream) || reply.length > remote_wire::max_message) {
      broken("answers nonsense");
    }
    std::string message(reply.length, '\0');
    receive(std::as_writable_bytes(std::span(message)), {});
    in_step_ = true;
    throw Error(static_cast<Status>(reply.status), name_ + ": " + message);
  }
  if (reply.length > into.size()) broken("answers with more than it was asked for");
  receive(into.first(reply.length), {});
  last_ = reply;
  in_step_ = true;
  return reply.length;
}

std::size_t Remote::read(std::uint64_t offset, std::span<std::byte> into, const std::function<void()>& wait) {
  if (offset > remote_wire::max_offset) return 0;
  return ask(offset, into, wait);
}

bool Remote::would_wait(std::uint64_t offset, std::uint64_t n) {
  if (const auto all = size()) n = std::min(n, *all - std::min(*all, offset));
  if (known_ready(offset) >= n) return false;
  try {
    ask(offset, {}, {});
  } catch (const Error&) {
    return false;  // the read will report it
  }
  return last_.ready < n;
}

void Remote::count(std::uint64_t& requests, std::uint64_t& fetched) {
  try {
    if (in_step_) ask(0, {}, {});
  } catch (const Error&) {
    // Keep the numbers of the last answer.
  }
  requests = last_.requests;
  fetched = last_.fetched;
}

std::string Remote::place() {
  std::string text(remote_wire::max_reference, '\0');
  const Reply before = last_;
  text.resize(ask(0, std::as_writable_bytes(std::span(text)), {}, Operation::Locate));
  last_ = before;
  return text;
}

void Remote::close() {
  if (in_step_) ask(0, {}, {}, Operation::Close);
}

std::optional<std::uint64_t> Remote::size() const {
  if (last_.size == remote_wire::unknown_size) return std::nullopt;
  return last_.size;
}

Source remote_source(int socket, std::string name, std::vector<std::byte> head) {
  auto remote = std::make_unique<Remote>(socket, name);
  return Source::remote(socket, std::move(remote), std::move(name), std::move(head));
}

}  // namespace sl
