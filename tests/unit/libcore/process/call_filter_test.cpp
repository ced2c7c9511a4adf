// The programs of CallFilter answer as libseccomp's own compile of the same rules.

#include "libcore/process/call_filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sl {
namespace {

using Answer = CallFilter::Answer;

// Run a filter as the kernel does (Documentation/networking/filter.rst).
std::uint32_t run(const std::vector<sock_filter>& program, const seccomp_data& data) {
  std::uint32_t loaded = 0;
  for (std::size_t at = 0;;) {
    const sock_filter& now = program.at(at++);
    bool yes = false;
    switch (now.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&loaded, reinterpret_cast<const char*>(&data) + now.k, sizeof loaded);
        continue;
      case BPF_ALU | BPF_AND | BPF_K:
        loaded &= now.k;
        continue;
      case BPF_JMP | BPF_JA:
        at += now.k;
        continue;
      case BPF_JMP | BPF_JEQ | BPF_K:
        yes = loaded == now.k;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        yes = loaded >= now.k;
        break;
      case BPF_JMP | BPF_JGT | BPF_K:
        yes = loaded > now.k;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        yes = (loaded & now.k) != 0;
        break;
      case BPF_RET | BPF_K:
        return now.k;
      default:
        ADD_FAILURE() << "an instruction of unknown code " << now.code;
        return 0;
    }
    at += yes ? now.jt : now.jf;
  }
}

std::vector<sock_filter> compiled(scmp_filter_ctx rules) {
  const int file = memfd_create("filter", MFD_CLOEXEC);
  EXPECT_EQ(seccomp_export_bpf(rules, file), 0);
  seccomp_release(rules);
  std::vector<sock_filter> program(static_cast<std::size_t>(lseek(file, 0, SEEK_END)) / sizeof(sock_filter));
  EXPECT_EQ(pread(file, program.data(), program.size() * sizeof(sock_filter), 0),
            static_cast<ssize_t>(program.size() * sizeof(sock_filter)));
  close(file);
  return program;
}

bool kills(std::uint32_t answer) { return answer == SECCOMP_RET_KILL_PROCESS || answer == SECCOMP_RET_KILL_THREAD; }

void expect_same(const std::vector<sock_filter>& ours, const std::vector<sock_filter>& theirs) {
  const std::vector<std::uint32_t> machines{seccomp_arch_native(), SCMP_ARCH_X86, SCMP_ARCH_ARM, SCMP_ARCH_S390X};
  const std::vector<std::uint64_t> values{0,          1,          2,       4,          6,
                                          7,          0x10000,    0x10001, 0x5401,     0x100005401,
                                          0xffffffff, 0x80000001, ~0ull,   1ull << 32, (1ull << 32) + 7};
  for (const std::uint32_t machine : machines) {
    for (std::uint32_t call = 0; call < 700; ++call) {
      for (const std::uint32_t number : {call, 0x40000000u + call, 0xffffffffu - call}) {
        for (const std::uint64_t value : values) {
          for (unsigned argument = 0; argument < 6; ++argument) {
            seccomp_data data{};
            data.nr = static_cast<int>(number);
            data.arch = machine;
            data.args[argument] = value;
            const std::uint32_t answer = run(ours, data), expected = run(theirs, data);
            if (kills(answer) && kills(expected)) continue;
            ASSERT_EQ(answer, expected) << number << " of machine " << machine << ", argument " << argument << ": "
                                        << value;
          }
        }
      }
    }
  }
}

scmp_filter_ctx rules(std::uint32_t others) { return seccomp_init(others); }

TEST(CallFilter, NoRule) {
  expect_same(CallFilter(Answer::Allow).program(), compiled(rules(SCMP_ACT_ALLOW)));
  expect_same(CallFilter(Answer::Refuse).program(), compiled(rules(SCMP_ACT_ERRNO(EPERM))));
}

TEST(CallFilter, RefusesWhatIsNamed) {
  CallFilter filter(Answer::Allow);
  const scmp_filter_ctx theirs = rules(SCMP_ACT_ALLOW);
  for (const int call : {SCMP_SYS(ptrace), SCMP_SYS(socket), SCMP_SYS(bpf), SCMP_SYS(read), SCMP_SYS(write)}) {
    filter.set(call, Answer::Refuse);
    seccomp_rule_add(theirs, SCMP_ACT_ERRNO(EPERM), call, 0);
  }
  filter.set(SCMP_SYS(clone3), Answer::Unknown);
  seccomp_rule_add(theirs, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  filter.set(-10001, Answer::Refuse);  // a call of other machines
  expect_same(filter.program(), compiled(theirs));
}

TEST(CallFilter, AllowsWhatIsNamedByItsArguments) {
  CallFilter filter(Answer::Refuse);
  const scmp_filter_ctx theirs = rules(SCMP_ACT_ERRNO(EPERM));
  for (int call = 0; call < 400; call += call % 7 + 1) {
    if (call == SCMP_SYS(clone) || call == SCMP_SYS(mmap) || call == SCMP_SYS(ioctl) || call == SCMP_SYS(sendto))
      continue;
    filter.set(call, Answer::Allow);
    seccomp_rule_add(theirs, SCMP_ACT_ALLOW, call, 0);
  }
  const auto either = [&](int call, scmp_arg_cmp condition) {
    seccomp_rule_add(theirs, SCMP_ACT_ALLOW, call, 1, condition);
  };
  filter.allow_if(SCMP_SYS(clone), {0, {0x10000}, 0x10000});
  either(SCMP_SYS(clone), {0, SCMP_CMP_MASKED_EQ, 0x10000, 0x10000});
  filter.allow_if(SCMP_SYS(mmap), {2, {0}, 4});
  either(SCMP_SYS(mmap), {2, SCMP_CMP_MASKED_EQ, 4, 0});
  filter.allow_if(SCMP_SYS(sendto), {4, {0}});
  either(SCMP_SYS(sendto), {4, SCMP_CMP_EQ, 0, 0});
  // More values than a branch can jump over.
  std::vector<std::uint32_t> requests{0x5401, 0x80000001};
  for (std::uint32_t i = 0; i < 600; ++i) requests.push_back(0x7000 + 3 * i);
  filter.allow_if(SCMP_SYS(ioctl), {1, requests});
  for (const std::uint32_t request : requests) either(SCMP_SYS(ioctl), {1, SCMP_CMP_EQ, request, 0});
  // Either of two arguments.
  filter.allow_if(SCMP_SYS(prctl), {1, {7}});
  filter.allow_if(SCMP_SYS(prctl), {3, {1, 2}});
  for (const scmp_arg_cmp& condition :
       {scmp_arg_cmp{1, SCMP_CMP_EQ, 7, 0}, {3, SCMP_CMP_EQ, 1, 0}, {3, SCMP_CMP_EQ, 2, 0}}) {
    either(SCMP_SYS(prctl), condition);
  }
  expect_same(filter.program(), compiled(theirs));
}

// The kernel's answers, in a process of its own.
TEST(CallFilter, Load) {
  CallFilter filter(Answer::Allow);
  filter.set(SCMP_SYS(getppid), Answer::Refuse);
  filter.set(SCMP_SYS(getuid), Answer::Unknown);
  const int child = fork();
  if (child == 0) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !filter.load()) _exit(1);
    const bool refused = syscall(SYS_getppid) == -1 && errno == EPERM,
               unknown = syscall(SYS_getuid) == -1 && errno == ENOSYS;
    _exit(refused && unknown && getpid() > 0 ? 0 : 2);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace sl
