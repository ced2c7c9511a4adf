// Options, and who may take part.

#include "libcore/hop/way.h"

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/net/fetch/network_paths.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/identity.h"
#include "libcore/stage/tool.h"

namespace sl::hop {

namespace {

// Bytes that may be on their way to a receiver: enough for 1 Gbit/s and a round trip of 130 ms.
constexpr std::uint64_t window = 16 << 20;

}  // namespace

void Way::bind(Tool& tool) {
  tool.argument(
      role_ == Role::Send ? "TO" : "FROM", address_,
      "HOST:PORT connects, :PORT listens on all addresses, unix:PATH is a socket of this machine (sl-send listens, "
      "sl-recv connects), fd:N a socket that this process was started with; not given with --listen",
      true);
  tool.argument_replaced([this] { return listen_.has_value(); });
  tool.group("Connection");
  tool.option("--listen", listen_, "ADDRESS:PORT",
              "listen at this address alone: 127.0.0.1:7000, [::1]:7000; port 0 lets the system choose one, which is "
              "printed");
  tool.option("--psk", psk_, "FILE",
              "keys that both ends must have, lines NAME:HEX that sl-send --make-psk makes; a connecting end uses the "
              "first one, a listening one lets all in; without this option $CREDENTIALS_DIRECTORY/psk or "
              "~/.config/streamlib/psk");
  tool.option("--insecure", insecure_, "connect without encryption, and let everyone in");
  tool.option("--timeout", timeout_, "TIME", "a line without a sign of life for this long is dead (default 5s)");
}

void Way::check() const {
  if (insecure_ && !psk_.empty()) throw Error(Status::Usage, "--insecure and --psk: give one of them");
}

bool Way::wants_to_listen() const {
  if (listen_ || address_.kind == Address::Kind::Descriptor) return true;
  return address_.kind == Address::Kind::Unix ? role_ == Role::Send : address_.listens;
}

bool Way::is_unix() const { return entrance_ ? entrance_->is_unix : address_.kind == Address::Kind::Unix; }
std::int64_t Way::timeout() const { return ticks_up(timeout_.length, {1, ns_per_second}); }

void Way::open(SandboxPlan& plan) {
  if (listen_) address_ = listen_->address;
  if (wants_to_listen()) {
    entrance_ = open_entrance(address_);
    plan.network = Network::Serves;
  } else {
    plan.network = Network::Connects;
    plan.readable = fetch::network_paths();
  }
  choose_protection(entrance_ ? entrance_->is_local : is_surely_local(address_));
  if (entrance_ && !entrance_->is_unix && !entrance_->connected && address_.port == "0") {
    report("listens at " + entrance_->text);
  }
}

void Way::choose_protection(bool is_local) {
  if (is_unix()) {
    if (!psk_.empty()) throw Error(Status::Usage, "--psk: a Unix socket needs no key, its mode keeps other users out");
    return;
  }
  if (insecure_) return;
  Keys keys = psk_.empty() ? Keys::found() : Keys(psk_);
  if (keys.empty() && is_local) return;
  if (keys.empty()) {
    throw Error(
        Status::NotPermitted,
        address_.text() +
            ": no key, and without one anyone could take part (or --insecure). Make one: mkdir -p "
            "~/.config/streamlib; (umask 077; sl-send --make-psk NAME > ~/.config/streamlib/psk). Copy it: scp -p "
            "~/.config/streamlib/psk HOST:.config/streamlib/psk");
  }
  refuse_core_dumps();
  tls_ = std::make_unique<Tls>(std::move(keys), entrance_ ? Tls::Side::Listens : Tls::Side::Connects);
}

Hello Way::hello() const {
  const wire::StageInfo& own = identity().stage;
  Hello hello;
  hello.role = role_;
  hello.tool = own.tool;
  hello.version = own.version;
  hello.host = own.host;
  hello.window = window;
  return hello;
}

}  // namespace sl::hop
