// Link: two state machines, one for each direction.

#include "libcore/hop/link.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/media/clock.h"
#include "libcore/wire/wire.h"

namespace sl::hop {

namespace {

constexpr std::int64_t sign_of_life = ns_per_second, time_to_greet = 5 * ns_per_second;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

Link::Link(Channel channel, Hello own, bool connects, std::int64_t timeout)
    : channel_(std::move(channel)),
      own_(std::move(own)),
      connects_(connects),
      timeout_(timeout),
      born_(monotonic_now()),
      heard_(born_),
      alive_at_(born_ + sign_of_life) {}

// ---- Greeting ----

void Link::greet_other() {
  if (said_hello_) return;
  said_hello_ = true;
  append(control_, write_preamble());
  send(Type::Hello, bytes_of(write_hello(own_)));
}

bool Link::gather(std::size_t size) {
  const std::size_t before = gathered_.size();
  if (before >= size) return true;
  gathered_.resize(size);
  const std::size_t count = channel_.read(std::span(gathered_).subspan(before));
  if (count != 0) heard_ = monotonic_now();
  gathered_.resize(before + count);
  return gathered_.size() == size;
}

void Link::take_hello() {
  other_ = read_hello({reinterpret_cast<const char*>(gathered_.data()), gathered_.size()});
  gathered_.clear();
  if (other_.role == own_.role) {
    throw Error(Status::Wire,
                own_.role == Role::Send
                    ? "the other end sends too (it is " + printable(other_.tool, 80) + "): one end must be sl-recv"
                    : "the other end receives too (it is " + printable(other_.tool, 80) + "): one end must be sl-send");
  }
}

bool Link::greet(short) {
  if (state_ == State::Handshake) {
    if (!channel_.handshake()) {
      check_silence();
      return false;
    }
    state_ = State::Greeting;
  }
  // The end that listens says nothing before the other one has proved to be a hop.
  if (connects_) greet_other();
  write_out(nullptr);
  if (state_ == State::Greeting) {
    if (!knows_preamble_ && gather(preamble_bytes)) {
      check_preamble(gathered_);
      knows_preamble_ = true;
      gathered_.clear();
    }
    if (knows_preamble_ && !has_header_ && gather(header_bytes)) {
      header_ = read_header(gathered_);
      has_header_ = true;
      gathered_.clear();
      if (header_.type != Type::Hello && header_.type != Type::Abort) {
        throw Error(Status::Wire, std::string(type_name(header_.type)) + " before HELLO");
      }
    }
    if (has_header_ && gather(header_.length)) {
      has_header_ = false;
      if (header_.type == Type::Abort) {
        const std::string_view json(reinterpret_cast<const char*>(gathered_.data()), gathered_.size());
        throw Error::upstream(Status::Upstream, wire::read_abort(json), false);
      }
      take_hello();
      greet_other();
      write_out(nullptr);
      state_ = State::Open;
    }
  }
  if (state_ == State::Open) return true;
  if (channel_.closed()) throw Error(Status::Upstream, "the other end closed the connection before its HELLO");
  check_silence();
  return false;
}

// ---- Signs of life ----

void Link::check_silence() {
  const std::int64_t now = monotonic_now();
  if (state_ != State::Open && now - born_ >= time_to_greet) {
    throw Error(Status::Upstream, "the other end did not finish the greeting within 5 s");
  }
  if (state_ == State::Open && now - heard_ >= timeout_) {
    throw Error(Status::Upstream,
                "the line is dead: no sign of life for " + seconds_text(timeout_, {1, ns_per_second}));
  }
}

void Link::on_alive(std::span<const std::byte> body) {
  const Alive alive = read_alive(body);
  const std::int64_t now = monotonic_now();
  echo_ = alive.time;
  echo_at_ = now;
  if (alive.echo != 0 && alive.held >= 0 && alive.echo <= now && alive.held <= now - alive.echo) {
    round_trip_ = now - alive.echo - alive.held;
  }
}

std::int64_t Link::due() const {
  return state_ == State::Open ? std::min(heard_ + timeout_, alive_at_) : born_ + time_to_greet;
}

// ---- Reading ----

void Link::read_records(LinkUser& user) {
  while (true) {
    if (data_left_ != 0) {
      const std::span<std::byte> place = user.place_data(data_left_);
      const std::size_t count = channel_.read(place);
      if (count != 0) {
        heard_ = monotonic_now();
        data_left_ -= static_cast<std::uint32_t>(count);
        user.on_data(count);
      }
      if (count < place.size()) return;
      continue;
    }
    if (!has_header_) {
      if (!gather(header_bytes)) return;
      header_ = read_header(gathered_);
      gathered_.clear();
      if (header_.type == Type::Hello) throw Error(Status::Wire, "a second HELLO");
      const bool from_sender = header_.type == Type::Start || header_.type == Type::Data || header_.type == Type::Gap ||
                               header_.type == Type::Last;
      const bool from_receiver = header_.type == Type::Ack || header_.type == Type::Done || header_.type == Type::Gone;
      if (own_.role == Role::Send ? from_sender : from_receiver) {
        throw Error(Status::Wire, std::string(type_name(header_.type)) + " from the wrong end");
      }
      if (header_.type == Type::Data) {
        data_left_ = header_.length;
        continue;
      }
      has_header_ = true;
    }
    if (!gather(header_.length)) return;
    has_header_ = false;
    const std::vector<std::byte> body = std::exchange(gathered_, {});
    if (header_.type == Type::Alive) {
      on_alive(body);
    } else if (static_cast<std::uint8_t>(header_.type) < first_ancillary) {
      user.on_record(header_.type, body);
    }
  }
}

// ---- Writing ----

void Link::send(Type type, std::span<const std::byte> body) {
  append(control_, write_header({type, static_cast<std::uint32_t>(body.size())}));
  append(control_, body);
}

void Link::abort(const Cause& cause) { send(Type::Abort, bytes_of(wire::write_abort(cause))); }

// Set active_ to what comes next: records that wait, or one DATA. The header of DATA takes the place of bytes in front,
// which are sent already: data_ begins with room for the first one.
bool Link::next_output(LinkUser* user) {
  if (control_.empty() && user != nullptr && !has_data()) {
    data_.resize(header_bytes);
    data_begin_ = header_bytes;
    user->fill_data(data_);
  }
  if (!control_.empty()) {
    sending_.swap(control_);
    control_.clear();
    active_ = sending_;
    return true;
  }
  if (!has_data() || allowed_ <= data_sent_) return false;
  const std::uint64_t most = std::min<std::uint64_t>(max_data, allowed_ - data_sent_);
  const std::size_t size = std::min<std::size_t>(data_.size() - data_begin_, static_cast<std::size_t>(most));
  const auto header = write_header({Type::Data, static_cast<std::uint32_t>(size)});
  std::ranges::copy(header, data_.begin() + static_cast<std::ptrdiff_t>(data_begin_ - header_bytes));
  active_ = std::span(data_).subspan(data_begin_ - header_bytes, size + header_bytes);
  data_begin_ += size;
  data_sent_ += size;
  return true;
}

void Link::write_out(LinkUser* user) {
  if (active_.empty() && channel_.waits_for_room()) (void)channel_.write({});
  if (channel_.waits_for_room() && active_.empty()) return;
  while (!active_.empty() || next_output(user)) {
    const std::size_t count = channel_.write(active_);
    active_ = active_.subspan(count);
    if (!active_.empty()) return;
  }
}

void Link::work(short revents, LinkUser& user) {
  const std::int64_t now = monotonic_now();
  if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0 || channel_.waits_for_room()) read_records(user);
  if (now >= alive_at_) {
    alive_at_ = now + sign_of_life;
    // Not behind one that still waits: the line is full, and what it takes is a sign of life, too.
    if (control_.empty()) send(Type::Alive, write_alive({now, utc_now(), echo_, echo_ == 0 ? 0 : now - echo_at_}));
  }
  write_out(&user);
  if (channel_.closed()) return;
  check_silence();
}

pollfd Link::wanted() const {
  pollfd wanted{channel_.socket(), POLLIN, 0};
  if (!active_.empty() || channel_.waits_for_room()) wanted.events |= POLLOUT;
  return wanted;
}

}  // namespace sl::hop
