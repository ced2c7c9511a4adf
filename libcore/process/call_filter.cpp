#include "libcore/process/call_filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace sl {

namespace {

#if defined(__x86_64__) && defined(__LP64__)
constexpr std::uint32_t this_machine = AUDIT_ARCH_X86_64;
constexpr std::uint32_t foreign_calls = 0x40000000;  // from here on: x32
#elif defined(__aarch64__)
constexpr std::uint32_t this_machine = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t foreign_calls = 0;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t this_machine = AUDIT_ARCH_RISCV64;
constexpr std::uint32_t foreign_calls = 0;
#else
#error "this machine's AUDIT_ARCH (linux/audit.h) is missing here"
#endif
static_assert(std::endian::native == std::endian::little, "the halves of an argument are in the other order");

constexpr std::uint32_t all_bits = ~std::uint32_t{0};

constexpr unsigned half_of(unsigned argument, bool high) {
  return static_cast<unsigned>(offsetof(seccomp_data, args)) + 8 * argument + (high ? 4 : 0);
}

// A program that is written from its end: then the place of every target is known. Jumps lead forward only.
class Program {
 public:
  using Place = std::size_t;  // counted from the end

  Place put(unsigned code, std::uint32_t value) { return put({static_cast<std::uint16_t>(code), 0, 0, value}); }

  // Load 32 bits of seccomp_data, then continue at `next`.
  Place load(unsigned offset, std::uint32_t mask, Place next) {
    if (distance(next) != 0) put(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(distance(next)));
    if (mask != all_bits) put(BPF_ALU | BPF_AND | BPF_K, mask);
    return put(BPF_LD | BPF_W | BPF_ABS, offset);
  }

  // Compare what was loaded (BPF_JEQ, BPF_JGE).
  Place branch(unsigned test, std::uint32_t value, Place yes, Place no) {
    yes = within_reach(yes);
    no = within_reach(no);
    return put({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), static_cast<std::uint8_t>(distance(yes)),
                static_cast<std::uint8_t>(distance(no)), value});
  }

  [[nodiscard]] std::vector<sock_filter> take() const { return {reversed_.rbegin(), reversed_.rend()}; }

 private:
  Place put(sock_filter instruction) {
    reversed_.push_back(instruction);
    return reversed_.size() - 1;
  }
  // From the next instruction to be written.
  [[nodiscard]] std::size_t distance(Place target) const { return reversed_.size() - target - 1; }
  // A branch reaches 255 instructions. One more may come between, for its other target.
  Place within_reach(Place target) {
    return distance(target) < 255 ? target : put(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(distance(target)));
  }

  std::vector<sock_filter> reversed_;
};

// Calls from `first` on, up to the next range, go to `target`.
struct Range {
  std::uint32_t first;
  Program::Place target;
};

// Find the range of the number that was loaded, by halves. Return the place of the first comparison.
Program::Place search(Program& program, const Range* ranges, std::size_t count) {
  if (count == 1) return ranges->target;
  const std::size_t half = count / 2;
  const Program::Place above = search(program, ranges + half, count - half);
  const Program::Place below = search(program, ranges, half);
  return program.branch(BPF_JGE, ranges[half].first, above, below);
}

// Check one condition, and go to `yes` or `no`.
Program::Place check(Program& program, const CallFilter::Condition& condition, Program::Place yes, Program::Place no) {
  const auto low = static_cast<std::uint32_t>(condition.mask), high = static_cast<std::uint32_t>(condition.mask >> 32);
  Program::Place next = no;
  for (const std::uint32_t value : condition.values) next = program.branch(BPF_JEQ, value, yes, next);
  next = program.load(half_of(condition.argument, false), low, next);
  if (high == 0) return next;
  next = program.branch(BPF_JEQ, 0, next, no);
  return program.load(half_of(condition.argument, true), high, next);
}

}  // namespace

void CallFilter::set(int call, Answer answer) {
  if (call >= 0) rules_.push_back({static_cast<unsigned>(call), answer, {}});
}

void CallFilter::allow_if(int call, Condition condition) {
  if (call >= 0) rules_.push_back({static_cast<unsigned>(call), Answer::Allow, std::move(condition)});
}

std::vector<sock_filter> CallFilter::program() const {
  Program program;
  constexpr std::array<std::uint32_t, 3> values{SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM,
                                                SECCOMP_RET_ERRNO | ENOSYS};
  std::array<Program::Place, values.size()> ends{};
  for (std::size_t i = 0; i < values.size(); ++i) ends[i] = program.put(BPF_RET | BPF_K, values[i]);
  const auto end_of = [&](Answer answer) { return ends[static_cast<std::size_t>(answer)]; };
  const Program::Place foreign = program.put(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);

  std::vector<Range> ranges{{0, end_of(others_)}};
  const auto begin_range = [&](std::uint32_t first, Program::Place target) {
    if (ranges.back().first == first) ranges.pop_back();
    if (ranges.empty() || ranges.back().target != target) ranges.push_back({first, target});
  };
  std::vector<const Rule*> sorted;
  for (const Rule& rule : rules_) sorted.push_back(&rule);
  std::ranges::sort(sorted, {}, [](const Rule* rule) { return std::pair(rule->call, !rule->condition); });
  for (auto rule = sorted.begin(); rule != sorted.end();) {
    // The conditions of a call, then what holds in any case.
    const unsigned call = (*rule)->call;
    Program::Place target = end_of(others_);
    for (; rule != sorted.end() && (*rule)->call == call; ++rule) {
      const Program::Place end = end_of((*rule)->answer);
      target = (*rule)->condition ? check(program, *(*rule)->condition, end, target) : end;
    }
    begin_range(call, target);
    begin_range(call + 1, end_of(others_));
  }
  if (foreign_calls != 0) {
    begin_range(foreign_calls, foreign);
    begin_range(all_bits, end_of(others_));  // -1: a tracer has taken the call out
  }

  Program::Place next = search(program, ranges.data(), ranges.size());
  next = program.load(offsetof(seccomp_data, nr), all_bits, next);
  next = program.branch(BPF_JEQ, this_machine, next, foreign);
  program.load(offsetof(seccomp_data, arch), all_bits, next);
  return program.take();
}

bool CallFilter::load() const {
  std::vector<sock_filter> instructions = program();
  const sock_fprog whole{static_cast<unsigned short>(instructions.size()), instructions.data()};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) == 0;
}

}  // namespace sl
