// The options that sl-send and sl-recv share, and what is open because of them: the way to the other end.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "libcore/base/time_text.h"
#include "libcore/hop/address.h"
#include "libcore/hop/records.h"
#include "libcore/hop/sockets.h"
#include "libcore/hop/tls.h"

namespace sl {
class Tool;
struct SandboxPlan;
}  // namespace sl

namespace sl::hop {

class Way {
 public:
  explicit Way(Role role) : role_(role) {}

  // Add the argument, TO or FROM, and the options.
  void bind(Tool& tool);
  // Whether the end is named, by the argument or by --listen. Throws Usage if it is named twice, or not at all.
  void check() const;
  // Open all that needs files: keys, a listening socket. State what the sandbox must allow. Throws NotPermitted if
  // neither keys nor the address keep others out.
  void open(SandboxPlan& plan);

  [[nodiscard]] bool listens() const { return entrance_.has_value(); }
  [[nodiscard]] const Address& address() const { return address_; }
  [[nodiscard]] const Entrance& entrance() const { return *entrance_; }
  [[nodiscard]] const Tls* tls() const { return tls_.get(); }
  [[nodiscard]] bool is_unix() const;
  [[nodiscard]] std::int64_t timeout() const;  // ns
  // This end's HELLO.
  [[nodiscard]] Hello hello() const;

 private:
  [[nodiscard]] bool wants_to_listen() const;
  void choose_protection(bool is_local);

  Role role_;
  bool is_named_ = false;
  Address address_;
  std::optional<ListenAddress> listen_;
  std::string psk_;
  bool insecure_ = false;
  Duration timeout_{{5, 1}};
  std::optional<Entrance> entrance_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace sl::hop
