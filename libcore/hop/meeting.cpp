// Connecting with patience, accepting with limits.

#include "libcore/hop/meeting.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"

namespace sl::hop {

namespace {

constexpr std::size_t max_guests = 64, max_of_address = 8, max_reasons = 20;
constexpr std::int64_t time_to_connect = 5 * ns_per_second;
// An end that starts at the same moment may listen a little later.
constexpr std::int64_t time_to_listen = ns_per_second, before_next_try = ns_per_second / 50;

}  // namespace

Meeting::~Meeting() {
  for (const auto& [reason, count] : complaints_) {
    if (count > 1) report(std::to_string(count) + " connections in all: " + reason);
  }
  if (!taken_ && way_.listens() && !stopped_) close(way_.entrance().fd);
}

std::unique_ptr<Link> Meeting::meet(const Wake& wake, const std::function<bool()>& is_abandoned) {
  if (!way_.listens()) return connect();
  std::unique_ptr<Link> link;
  while (!link) {
    std::vector<pollfd> polls{{wake.fd(), POLLIN, 0}};
    const std::int64_t due = want(polls);
    const std::int64_t rest = std::max<std::int64_t>(due - monotonic_now(), 0);
    poll(polls.data(), polls.size(), static_cast<int>(rest / 1'000'000 + 1));
    wake.clear();
    link = work(polls, 1);
    if (is_abandoned()) return nullptr;
  }
  stop();
  return link;
}

// ---- Connecting ----

std::unique_ptr<Link> Meeting::connect() {
  const std::int64_t begun = monotonic_now();
  int fd = -1;
  while ((fd = connect_to(way_.address(), time_to_connect)) < 0) {
    const bool may_start_yet = errno == ECONNREFUSED || errno == ENOENT;
    if (!may_start_yet || monotonic_now() - begun > time_to_listen) {
      throw system_error(errno == EACCES ? Status::NotPermitted : Status::Unavailable, way_.address().text());
    }
    const timespec pause{0, before_next_try};
    nanosleep(&pause, nullptr);
  }
  const std::string name = way_.address().text();
  Channel channel(fd, way_.tls());
  prepare_connection(fd, way_.is_unix());
  if (const std::string why = way_.is_unix() ? foreign_user(fd) : ""; !why.empty()) {
    throw Error(Status::NotPermitted, name + ": " + why);
  }
  auto link = std::make_unique<Link>(std::move(channel), way_.hello(), true, way_.timeout());
  try {
    for (short revents = 0; !link->greet(revents);) {
      pollfd wanted = link->wanted();
      const std::int64_t rest = std::max<std::int64_t>(link->due() - monotonic_now(), 0);
      poll(&wanted, 1, static_cast<int>(rest / 1'000'000 + 1));
      revents = wanted.revents;
    }
  } catch (const Error& error) {
    if (error.cause()) throw;  // the other end said why
    throw Error(error.status(), name + ": " + error.what());
  }
  return link;
}

// ---- Listening ----

std::int64_t Meeting::want(std::vector<pollfd>& polls) const {
  std::int64_t due = monotonic_now() + 60 * ns_per_second;
  const bool full = guests_.size() >= max_guests;
  polls.push_back({stopped_ || full || taken_ ? -1 : way_.entrance().fd, POLLIN, 0});
  for (const Guest& guest : guests_) {
    polls.push_back(guest.link->wanted());
    due = std::min(due, guest.link->due());
  }
  return due;
}

std::unique_ptr<Link> Meeting::work(const std::vector<pollfd>& polls, std::size_t first) {
  std::unique_ptr<Link> greeted;
  const std::size_t known = std::min(guests_.size(), polls.size() - first - 1);
  for (std::size_t i = 0; i < known && !greeted; ++i) {
    Guest& guest = guests_[i];
    try {
      if (guest.link->greet(polls[first + 1 + i].revents)) greeted = std::move(guest.link);
    } catch (const Error& error) {
      complain(guest.address, error.what());
      guest.link.reset();
    }
  }
  std::erase_if(guests_, [](const Guest& guest) { return guest.link == nullptr; });
  if (!greeted && !stopped_) accept_all();
  return greeted;
}

void Meeting::accept_all() {
  if (way_.entrance().connected) {
    if (!std::exchange(taken_, true)) take(way_.entrance().fd);
    return;
  }
  while (guests_.size() < max_guests) {
    const int fd = accept4(way_.entrance().fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    take(fd);
  }
}

void Meeting::take(int fd) {
  Guest guest;
  guest.address = other_address(fd);
  const auto same = std::ranges::count(guests_, guest.address, &Guest::address);
  std::string why = way_.is_unix() ? foreign_user(fd) : "";
  if (!way_.is_unix() && same >= static_cast<std::ptrdiff_t>(max_of_address)) {
    why = "too many connections of one address that are not greeted yet";
  }
  if (!why.empty()) {
    complain(guest.address, why);
    close(fd);
    return;
  }
  prepare_connection(fd, way_.is_unix());
  try {
    guest.link = std::make_unique<Link>(Channel(fd, way_.tls()), way_.hello(), false, way_.timeout());
  } catch (const Error& error) {
    return complain(guest.address, error.what());
  }
  guests_.push_back(std::move(guest));
}

void Meeting::complain(const std::string& address, const std::string& reason) {
  const auto found = complaints_.find(reason);
  if (found == complaints_.end() && complaints_.size() >= max_reasons) return;
  if (++complaints_[reason] == 1) report(printable(address + ": " + reason + " (this connection is closed)"));
}

void Meeting::stop() {
  if (std::exchange(stopped_, true)) return;
  guests_.clear();
  if (!taken_) close(way_.entrance().fd);
}

}  // namespace sl::hop
