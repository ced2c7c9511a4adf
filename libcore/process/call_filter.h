// A seccomp filter: how the kernel answers each system call of this process. libseccomp's filters cost a stage more at
// its start: it asks the kernel for its abilities first, then its program compares the numbers one after another. The
// kernel runs a new filter once for each system call that exists (seccomp_cache_prepare in kernel/seccomp.c); a binary
// search over ranges of numbers keeps these runs short.

#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace sl {

class CallFilter {
 public:
  enum class Answer : std::uint8_t { Allow, Refuse, Unknown };  // Refuse: EPERM; Unknown: ENOSYS

  // Whether an argument (0 to 5), after `mask`, is one of these values.
  struct Condition {
    unsigned argument;
    std::vector<std::uint32_t> values;
    std::uint64_t mask = ~std::uint64_t{0};
  };

  // `others` answers all calls that are not named.
  explicit CallFilter(Answer others) : others_(others) {}

  // Answer a call with any arguments; this outweighs its conditions. Do not give two different answers for one call.
  // Calls are numbers of this machine (SCMP_SYS); leave out those that it lacks (below 0).
  void set(int call, Answer answer);
  // Allow a call under a condition. A second condition for the same call is another way to be allowed.
  void allow_if(int call, Condition condition);

  // Return the program (linux/filter.h). Calls of another architecture than this process's end the process.
  [[nodiscard]] std::vector<sock_filter> program() const;
  // Put it in force for this thread and those that it starts, for good. The process has set PR_SET_NO_NEW_PRIVS. Return
  // false if the kernel cannot.
  [[nodiscard]] bool load() const;

 private:
  struct Rule {
    unsigned call;
    Answer answer;
    std::optional<Condition> condition;
  };
  Answer others_;
  std::vector<Rule> rules_;
};

}  // namespace sl
