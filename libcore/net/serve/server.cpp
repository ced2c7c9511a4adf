// libmicrohttpd's callbacks, and the loop around it.

#include "libcore/net/serve/server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>

#include "libcore/base/error.h"

namespace sl::serve {

namespace {

using namespace std::chrono_literals;

std::string header(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

std::optional<std::string> argument(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
  if (value == nullptr) return std::nullopt;
  return percent_decoded(value);
}

Request read_request(MHD_Connection* connection, const char* url, const char* method) {
  Request result;
  result.method = method;
  result.path = url;
  result.host = header(connection, "Host");
  result.origin = header(connection, "Origin");
  result.authorization = header(connection, "Authorization");
  result.range = header(connection, "Range");
  result.if_range = header(connection, "If-Range");
  result.if_none_match = header(connection, "If-None-Match");
  result.if_modified_since = header(connection, "If-Modified-Since");
  result.token = argument(connection, "token");
  // libmicrohttpd decodes + to a space, as forms do; no token has a space.
  if (result.token) std::ranges::replace(*result.token, ' ', '+');
  result.sequence = argument(connection, "_HLS_msn");
  result.part = argument(connection, "_HLS_part");
  result.skip = argument(connection, "_HLS_skip");
  return result;
}

// Keep escapes: each part of a request is decoded where it is used.
std::size_t keep_escapes(void*, MHD_Connection*, char* text) { return std::char_traits<char>::length(text); }

bool site_has(const std::string& method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

using Text = std::shared_ptr<const std::string>;
void release_text(void* text) { delete static_cast<Text*>(text); }

MHD_Response* make_response(Answer& answer) {
  if (answer.file) {
    return MHD_create_response_from_fd_at_offset64(answer.range.count, answer.file->release(), answer.range.first);
  }
  if (!answer.text) return MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT);
  // One text for all clients.
  auto* const text = new Text(answer.text);
  return MHD_create_response_from_buffer_with_free_callback_cls(
      answer.text->size(), const_cast<char*>(answer.text->data()), release_text, text);
}

}  // namespace

Server::Server(int listener, Site& site, Folder& folder, const ServerLimits& limits)
    : site_(site), folder_(folder), limits_(limits), listener_(listener) {
  const MHD_FLAG flags = static_cast<MHD_FLAG>(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME);
  daemon_ = MHD_start_daemon(
      flags, 0, nullptr, nullptr, on_request, this, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
      limits.connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.connection_bytes, MHD_OPTION_CONNECTION_TIMEOUT,
      limits.silence, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, nullptr, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
      this, MHD_OPTION_NOTIFY_CONNECTION, on_connection, this, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
  if (daemon_ == nullptr) throw Error(Status::Resources, "libmicrohttpd does not start");
}

Server::~Server() {
  MHD_stop_daemon(daemon_);
  if (is_ending_) close(listener_);
}

// ---- Callbacks of libmicrohttpd; no exception may pass through it ----

MHD_Result Server::on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                              const char* /*version*/, const char* /*data*/, std::size_t* size, void** exchange) {
  auto& server = *static_cast<Server*>(self);
  if (*size != 0) {
    *size = 0;  // ignore bodies
    return MHD_YES;
  }
  try {
    if (*exchange == nullptr) {
      server.exchanges_.emplace_front();
      Exchange& made = server.exchanges_.front();
      made.self = server.exchanges_.begin();
      *exchange = &made;
      made.connection = connection;
      made.owner = static_cast<Connection*>(
          MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
      made.request = read_request(connection, url, method);
      // An answer given now, before the body that is not there, would close the connection: right for methods that
      // are refused.
      if (site_has(made.request.method)) return MHD_YES;
    }
    return server.advance(*static_cast<Exchange*>(*exchange));
  } catch (const std::exception&) {
    return MHD_NO;  // out of memory: the connection is closed
  }
}

void Server::on_completed(void* self, MHD_Connection* /*connection*/, void** exchange,
                          MHD_RequestTerminationCode /*why*/) {
  auto& server = *static_cast<Server*>(self);
  auto* const done = static_cast<Exchange*>(*exchange);
  if (done == nullptr) return;
  *exchange = nullptr;
  if (done->is_waiting) --server.waiting_;
  if (done->owner != nullptr) {
    done->owner->until = Clock::now() + server.limits_.next_request;
  }
  server.exchanges_.erase(done->self);
}

void Server::on_connection(void* self, MHD_Connection* connection, void** context,
                           MHD_ConnectionNotificationCode what) {
  auto& server = *static_cast<Server*>(self);
  if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
    if (*context != nullptr) server.connections_.erase(static_cast<Connection*>(*context)->self);
    *context = nullptr;
    return;
  }
  try {
    const int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    server.connections_.push_front({socket, Clock::now() + server.limits_.first_request, {}});
    server.connections_.front().self = server.connections_.begin();
    *context = &server.connections_.front();
  } catch (const std::exception&) {
    *context = nullptr;
  }
}

// ---- Exchanges ----

MHD_Result Server::advance(Exchange& exchange) {
  if (!exchange.answer) exchange.answer = site_.answer(exchange.request, Clock::now(), !is_ending_);
  if (exchange.answer) return send(exchange);
  exchange.is_waiting = true;
  ++waiting_;
  // look_again() resumes it.
  if (exchange.owner != nullptr) exchange.owner->until = *exchange.request.until + limits_.answer;
  MHD_suspend_connection(exchange.connection);
  return MHD_YES;
}

MHD_Result Server::send(Exchange& exchange) {
  Answer& answer = *exchange.answer;
  constexpr std::uint64_t modest_rate = 16 << 10;  // bytes a second
  const std::uint64_t bytes = answer.file ? answer.range.count : answer.text ? answer.text->size() : 0;
  if (exchange.owner != nullptr) {
    exchange.owner->until = Clock::now() + limits_.answer + std::chrono::seconds(bytes / modest_rate);
  }
  MHD_Response* const response = make_response(answer);
  if (response == nullptr) return MHD_NO;
  for (const auto& [name, value] : answer.headers) MHD_add_response_header(response, name, value.c_str());
  if (is_ending_) MHD_add_response_header(response, "Connection", "close");
  const MHD_Result result = MHD_queue_response(exchange.connection, answer.status, response);
  MHD_destroy_response(response);
  return result;
}

// Answer suspended requests whose answer is ready or due.
void Server::look_again(bool has_changed, bool may_wait) {
  if (waiting_ == 0) return;
  const auto now = Clock::now();
  for (Exchange& exchange : exchanges_) {
    if (!exchange.is_waiting || (!has_changed && now < *exchange.request.until)) continue;
    exchange.answer = site_.answer(exchange.request, now, may_wait);
    if (!exchange.answer) continue;
    exchange.is_waiting = false;
    --waiting_;
    MHD_resume_connection(exchange.connection);  // and advance() sends it
  }
}

// ---- The loop ----

void Server::close_late() {
  const auto now = Clock::now();
  for (Connection& connection : connections_) {
    // libmicrohttpd notices, and removes it.
    if (now >= connection.until) shutdown(connection.socket, SHUT_RDWR);
  }
}

// How often to check deadlines, and files that the kernel does not watch.
std::chrono::milliseconds Server::step() const {
  if (connections_.empty()) return 60s;
  return waiting_ == 0 || site_.sees_changes() ? 250ms : 20ms;
}

int Server::time_to_wait() const {
  std::chrono::milliseconds time = step();
  MHD_UNSIGNED_LONG_LONG limit = 0;
  if (MHD_get_timeout(daemon_, &limit) == MHD_YES) {
    time = std::min<std::chrono::milliseconds>(time, std::chrono::milliseconds(std::min(limit, 60000ULL)));
  }
  return static_cast<int>(time.count());
}

void Server::run(int parent, int signals) {
  const int network = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  auto looked = Clock::now();
  while (true) {
    std::array<pollfd, 4> events{
        {{network, POLLIN, 0}, {folder_.changes(), POLLIN, 0}, {parent, POLLIN, 0}, {signals, POLLIN, 0}}};
    poll(events.data(), events.size(), time_to_wait());
    if (events[2].revents != 0 || events[3].revents != 0) break;
    const bool has_changed = events[1].revents != 0;
    if (has_changed) folder_.take_changes();
    const auto now = Clock::now();
    const bool is_due = now - looked >= step();
    if (has_changed || is_due) look_again(has_changed || !site_.sees_changes(), true);
    if (is_due) {
      looked = now;
      close_late();
    }
    MHD_run(daemon_);
  }
  end();
}

void Server::end() {
  is_ending_ = true;
  MHD_quiesce_daemon(daemon_);
  look_again(true, false);
  const int network = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  const auto until = Clock::now() + limits_.ending;
  do {
    MHD_run(daemon_);
    pollfd event{network, POLLIN, 0};
    if (!exchanges_.empty()) poll(&event, 1, std::min(time_to_wait(), 20));
  } while (!exchanges_.empty() && Clock::now() < until);
}

}  // namespace sl::serve
