// test-hostile: code that has been taken over. Tries everything a stage must not be able to do once it parses bytes,
// and reports on standard error what worked. As a filter it runs in the sandbox of every stage.

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>

#include "libcore/base/report.h"
#include "libcore/stage/tool.h"

namespace {

struct Attempt {
  const char* name;
  std::function<bool()> works;
};

bool opens(const char* path, int flags) { return open(path, flags, 0600) >= 0; }

bool connects() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Refused means that the sandbox let it out.
  return fd >= 0 && (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 || errno == ECONNREFUSED);
}

bool forks() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  return child > 0;
}

bool writes_to_parent() {
  char byte = 0;
  iovec own{&byte, 1}, other{reinterpret_cast<void*>(0x1000), 1};
  return process_vm_writev(getppid(), &own, 1, &other, 1, 0) >= 0 || errno == EFAULT;
}

const Attempt attempts[] = {
    {"open /etc/passwd", [] { return opens("/etc/passwd", O_RDONLY); }},
    {"open a file to write", [] { return opens("planted", O_WRONLY | O_CREAT); }},
    {"open a file in /tmp", [] { return opens("/tmp/streamlib-planted", O_WRONLY | O_CREAT); }},
    {"open the file that is there", [] { return opens("victim", O_RDWR); }},
    {"open through the system call of old", [] { return syscall(SYS_open, "/etc/passwd", O_RDONLY, 0) >= 0; }},
    {"openat2",
     [] {
       const std::uint64_t how[3] = {O_RDONLY, 0, 0};
       return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", how, sizeof how) >= 0;
     }},
    {"read a folder", [] { return opendir("/") != nullptr; }},
    {"stat",
     [] {
       struct stat info {};
       return stat("/etc/passwd", &info) == 0;
     }},
    {"unlink", [] { return unlink("victim") == 0; }},
    {"rename", [] { return rename("victim", "gone") == 0; }},
    {"chmod", [] { return chmod("victim", 0777) == 0; }},
    {"truncate", [] { return truncate("victim", 0) == 0; }},
    {"mkdir", [] { return mkdir("planted-folder", 0700) == 0; }},
    {"symlink", [] { return symlink("/etc/passwd", "planted-link") == 0; }},
    {"memfd_create", [] { return memfd_create("code", 0) >= 0; }},
    {"socket", [] { return socket(AF_INET, SOCK_DGRAM, 0) >= 0; }},
    {"socket of netlink", [] { return socket(AF_NETLINK, SOCK_RAW, 0) >= 0; }},
    {"socketpair",
     [] {
       int ends[2];
       return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
     }},
    {"connect", connects},
    {"fork", forks},
    {"vfork",
     [] {
       const long child = syscall(SYS_vfork);
       if (child == 0) _exit(0);
       return child > 0;
     }},
    {"execve",
     [] {
       char name[] = "/bin/true";
       char* const words[] = {name, nullptr};
       execve(name, words, nullptr);
       return false;  // reached only if execve failed: the test looks for the last line
     }},
    {"kill another process", [] { return kill(getppid(), 0) == 0; }},
    {"ptrace", [] { return ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr) == 0; }},
    {"process_vm_writev", writes_to_parent},
    {"mmap executable memory",
     [] { return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; }},
    {"make memory executable",
     [] {
       void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
     }},
    {"pkey_mprotect",
     [] {
       void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return syscall(SYS_pkey_mprotect, page, 4096, PROT_EXEC, -1) == 0;
     }},
    {"io_uring",
     [] {
       char parameters[120] = {};
       return syscall(SYS_io_uring_setup, 1, parameters) >= 0;
     }},
    {"bpf",
     [] {
       char attributes[64] = {};
       return syscall(SYS_bpf, 0, attributes, sizeof attributes) >= 0;
     }},
    {"prctl", [] { return prctl(PR_SET_DUMPABLE, 1) == 0; }},
    {"shared memory", [] { return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) >= 0; }},
    {"setuid", [] { return setuid(getuid()) == 0; }},
    {"unshare", [] { return syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */) == 0; }},
    {"another architecture's calls", [] { return syscall(SYS_personality, 0x0008) >= 0; }},
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("test-hostile", "Try to break out of the sandbox.");
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    while (const auto record = in.next()) in.pass(*record, out);
    int tried = 0, worked = 0;
    for (const Attempt& attempt : attempts) {
      ++tried;
      if (!attempt.works()) continue;
      ++worked;
      sl::warn(std::string("it worked: ") + attempt.name);
    }
    sl::warn(std::to_string(tried) + " tried, " + std::to_string(worked) + " worked");
  });
}
