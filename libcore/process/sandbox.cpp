// Landlock and seccomp.

#include "libcore/process/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>  // the numbers of calls only
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>

#include "libcore/process/call_filter.h"

namespace sl {

namespace {

// ---- Landlock (linux/landlock.h; constants that are missing in Debian 12's header are numbers here) ----

constexpr std::uint64_t read_and_execute =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t read_only = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t create_and_rename =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
constexpr std::uint64_t refer = 1u << 13, truncate_file = 1u << 14;  // ABI 2 and 3

struct Ruleset {
  std::uint64_t handled_files = 0;
  int fd = -1;

  explicit Ruleset(bool network = false) {
    const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) return;
    handled_files = (1u << 13) - 1;
    if (abi >= 2) handled_files |= refer;
    if (abi >= 3) handled_files |= truncate_file;
    struct {
      std::uint64_t files, network, scopes;
    } attributes{handled_files, abi >= 4 && !network ? 3u : 0u, abi >= 6 ? 3u : 0u};
    const std::size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    fd = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
  }
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;
  ~Ruleset() {
    if (fd >= 0) close(fd);
  }

  void allow(int path, std::uint64_t access) const {
    struct stat info {};
    if (fstat(path, &info) != 0) return;
    if (!S_ISDIR(info.st_mode)) access &= ~std::uint64_t{LANDLOCK_ACCESS_FS_READ_DIR};
    const landlock_path_beneath_attr rule{access & handled_files, path};
    syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  }

  void allow_path(const std::string& path, std::uint64_t access) const {
    const int fd = open(path.c_str(), O_PATH | O_CLOEXEC);
    if (fd < 0) return;
    allow(fd, access);
    close(fd);
  }

  [[nodiscard]] bool enforce() const { return fd >= 0 && syscall(SYS_landlock_restrict_self, fd, 0) == 0; }
};

// ---- seccomp ----

// Everything a stage does once its files are open; all else fails with EPERM.
constexpr std::array allowed_calls{
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(splice),
    SCMP_SYS(tee),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(fstat),
    SCMP_SYS(ftruncate),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(pipe2),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(wait4),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getrusage),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(setitimer),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(membarrier),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    SCMP_SYS(eventfd2),
};
// Calls of output files (output_file.cpp): only allowed with a folder. Landlock judges the names.
constexpr std::array folder_calls{
    SCMP_SYS(openat),       SCMP_SYS(linkat),     SCMP_SYS(renameat),   SCMP_SYS(unlinkat),  SCMP_SYS(newfstatat),
    SCMP_SYS(faccessat),    SCMP_SYS(faccessat2), SCMP_SYS(access),     SCMP_SYS(umask),     SCMP_SYS(readlinkat),
    SCMP_SYS(fchown),       SCMP_SYS(fchmod),     SCMP_SYS(llistxattr), SCMP_SYS(lgetxattr), SCMP_SYS(fsetxattr),
    SCMP_SYS(fremovexattr), SCMP_SYS(flock),      SCMP_SYS(fsync)};
// Calls that read files by name.
constexpr std::array reading_calls{
    SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(statx),    SCMP_SYS(faccessat),  SCMP_SYS(faccessat2),
    SCMP_SYS(access), SCMP_SYS(readlinkat), SCMP_SYS(readlink), SCMP_SYS(getdents64), SCMP_SYS(fstatfs)};
// Calls of a server, and of its watch on a folder.
constexpr std::array serving_calls{SCMP_SYS(accept4),    SCMP_SYS(accept),      SCMP_SYS(recvfrom),
                                   SCMP_SYS(sendmsg),    SCMP_SYS(sendfile),    SCMP_SYS(shutdown),
                                   SCMP_SYS(setsockopt), SCMP_SYS(getsockopt),  SCMP_SYS(getsockname),
                                   SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl),
                                   SCMP_SYS(openat2),    SCMP_SYS(newfstatat),  SCMP_SYS(inotify_add_watch),
                                   SCMP_SYS(geteuid),    SCMP_SYS(getpeername)};

bool filter_calls(const SandboxPlan& plan, bool serving = false) {
  const bool placing = plan.processors_folder >= 0, folders = !plan.output_folders.empty() || placing;
  CallFilter filter(CallFilter::Answer::Refuse);
  const auto allow = [&](const auto& calls) {
    for (const int call : calls) filter.set(call, CallFilter::Answer::Allow);
  };
  allow(allowed_calls);
  if (folders) allow(folder_calls);
  if (!plan.readable.empty()) allow(reading_calls);
  if (placing) {
    allow(std::array{SCMP_SYS(get_mempolicy), SCMP_SYS(set_mempolicy), SCMP_SYS(getdents64)});
    filter.allow_if(SCMP_SYS(sched_setaffinity), {0, {0}});
  }
  if (serving) {
    allow(serving_calls);
    allow(std::array{SCMP_SYS(sendto)});
  }
  // Threads, but no processes; clone3 hides its flags in memory, and glibc falls back to clone without it.
  constexpr std::uint32_t thread = 0x00010000;  // CLONE_THREAD
  filter.allow_if(SCMP_SYS(clone), {0, {thread}, thread});
  filter.set(SCMP_SYS(clone3), CallFilter::Answer::Unknown);
  // Memory, but never code.
  filter.allow_if(SCMP_SYS(mmap), {2, {0}, PROT_EXEC});
  filter.allow_if(SCMP_SYS(mprotect), {2, {0}, PROT_EXEC});
  std::vector<std::uint32_t> requests{FIONREAD, TIOCGWINSZ, TCGETS};
  requests.insert(requests.end(), plan.device_requests.begin(), plan.device_requests.end());
  filter.allow_if(SCMP_SYS(ioctl), {1, requests});
  allow(plan.calls);
  if (plan.receives_descriptors) {
    allow(std::array{SCMP_SYS(recvmsg)});
    if (!folders && plan.readable.empty()) filter.allow_if(SCMP_SYS(newfstatat), {3, {AT_EMPTY_PATH}});  // of these
  }
  filter.allow_if(SCMP_SYS(fcntl),
                  {1, {F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_SETPIPE_SZ, F_GETPIPE_SZ, F_DUPFD_CLOEXEC}});
  // To a connected process (sl-fetch) that may have ended: without SIGPIPE.
  filter.allow_if(SCMP_SYS(sendto), {4, {0}});
  // raise() and abort(): signals to this process alone.
  const auto self = static_cast<std::uint32_t>(getpid());
  filter.allow_if(SCMP_SYS(tgkill), {0, {self}});
  filter.allow_if(SCMP_SYS(kill), {0, {self}});
  return filter.load();
}

bool refuse_calls(const std::vector<int>& calls) {
  CallFilter filter(CallFilter::Answer::Allow);
  for (const int call : calls) filter.set(call, CallFilter::Answer::Refuse);
  return filter.load();
}

// Calls that Landlock does not judge in every kernel: sockets of services, other processes.
const std::vector<int> reaching_out{SCMP_SYS(io_uring_setup),
                                    SCMP_SYS(ptrace),
                                    SCMP_SYS(process_vm_readv),
                                    SCMP_SYS(process_vm_writev),
                                    SCMP_SYS(pidfd_getfd),
                                    SCMP_SYS(bpf),
                                    SCMP_SYS(keyctl)};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

// Confine this process by `landlock` and `seccomp`, which put these in force. Return a report.
std::vector<std::string> confine(const std::function<bool()>& landlock, const std::function<bool()>& seccomp,
                                 const std::string& without_landlock = {}) {
  std::vector<std::string> report;
  const auto add_line = [&](const std::string& part, bool in_force, const std::string& why) {
    report.push_back(part + (in_force ? ": in force" : ": missing (" + why + ")"));
  };
  add_line("no new privileges", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "prctl failed");
  const std::string why = sanitized ? "sanitizer build" : "this kernel has none";
  add_line("Landlock", !sanitized && landlock(), without_landlock.empty() ? why : without_landlock);
  add_line("seccomp", !sanitized && seccomp(), why);
  return report;
}

}  // namespace

std::vector<std::string> lock_in(const SandboxPlan& plan) {
  if (plan.device_library) {
    return confine([] { return false; }, [] { return refuse_calls(reaching_out); }, "a device's library opens files");
  }
  if (plan.network == Network::Connects) return confine_to_network(plan.readable);
  const bool placing = plan.processors_folder >= 0;
  return confine(
      [&] {
        const Ruleset rules;
        for (const int folder : plan.output_folders) rules.allow(folder, create_and_rename | truncate_file);
        if (placing) rules.allow(plan.processors_folder, read_only);
        for (const std::string& path : plan.readable) rules.allow_path(path, read_only);
        return rules.enforce();
      },
      [&] { return filter_calls(plan, plan.network == Network::Serves); });
}

bool confine_to(const std::vector<std::string>& readable) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  const Ruleset rules;
  for (const std::string& path : readable) rules.allow_path(path, read_and_execute);
  rules.allow_path("/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | truncate_file);
  const bool confined = rules.enforce();
  std::vector<int> calls = reaching_out;
  calls.push_back(SCMP_SYS(socket));
  refuse_calls(calls);
  return confined;
}

std::vector<std::string> confine_to_network(const std::vector<std::string>& readable) {
  return confine(
      [&] {
        const Ruleset rules(true);
        // Libraries that the resolver loads are mapped, not run.
        for (const std::string& path : readable) {
          rules.allow_path(path, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
        }
        return rules.enforce();
      },
      [] {
        std::vector<int> calls = reaching_out;
        // The resolver has threads, and binds netlink sockets; nothing here waits for others to connect.
        calls.insert(calls.end(),
                     {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(listen),
                      SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(mount), SCMP_SYS(unshare), SCMP_SYS(setns)});
        return refuse_calls(calls);
      });
}

std::vector<std::string> confine_to_serving(const std::string& folder) {
  return confine(
      [&] {
        const Ruleset rules;
        rules.allow_path(folder, read_only);
        return rules.enforce();
      },
      [] { return filter_calls({}, true); });
}

}  // namespace sl
