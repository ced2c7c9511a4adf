// test-refuse CALL[:BYTES] COMMAND...: runs it so that every system call of this name, of so many bytes at least, fails
// with EIO. The loader of shared libraries reads little at a time.

#include <seccomp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const std::string word = argv[1];
  const std::size_t colon = word.find(':');
  const int call = seccomp_syscall_resolve_name(word.substr(0, colon).c_str());
  if (call == __NR_SCMP_ERROR) return 64;
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const scmp_arg_cmp many =
      SCMP_A2(SCMP_CMP_GE, colon == word.npos ? 0 : std::strtoull(argv[1] + colon + 1, nullptr, 10));
  if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EIO), call, 1, many) != 0 || seccomp_load(filter) != 0) return 77;
  execvp(argv[2], argv + 2);
  std::perror(argv[2]);
  return 72;
}
