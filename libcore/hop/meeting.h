// Finding the other end: connections are made or accepted, and greeted. One that fails says so in a line, and the wait
// continues for others.

#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcore/hop/link.h"
#include "libcore/hop/wake.h"
#include "libcore/hop/way.h"

namespace sl::hop {

class Meeting {
 public:
  explicit Meeting(const Way& way) : way_(way) {}
  ~Meeting();
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  // Return an end that is greeted: the one to connect to, in at most the time that both have, or the first that comes.
  // Return null once `is_abandoned`, which is asked after each event of `wake`. Throws Unavailable, NotPermitted (the
  // key), Upstream, Wire, with the address.
  [[nodiscard]] std::unique_ptr<Link> meet(const Wake& wake, const std::function<bool()>& is_abandoned);

 private:
  [[nodiscard]] std::unique_ptr<Link> connect();
  // Add what to poll for, and return until when (monotonic ns).
  [[nodiscard]] std::int64_t want(std::vector<pollfd>& polls) const;
  // After poll(): accept and greet as far as that does not wait. `polls` begins with those that want() added. Return an
  // end that is greeted, or null.
  [[nodiscard]] std::unique_ptr<Link> work(const std::vector<pollfd>& polls, std::size_t first);
  // Accept no more, and forget those that are not greeted yet.
  void stop();

  struct Guest {
    std::unique_ptr<Link> link;
    std::string address;
  };
  void accept_all();
  void take(int fd);
  void complain(const std::string& address, const std::string& reason);

  const Way& way_;
  std::vector<Guest> guests_;
  bool stopped_ = false, taken_ = false;
  std::map<std::string, std::uint64_t> complaints_;  // reasons, and how often each came
};

}  // namespace sl::hop
