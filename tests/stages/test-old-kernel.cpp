// test-old-kernel COMMAND...: run a command as on a kernel without Landlock (--seccomp: and without seccomp).

#include <fcntl.h>
#include <seccomp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>

int main(int argc, char** argv) {
  const bool both = argc > 1 && std::strcmp(argv[1], "--seccomp") == 0;
  char** const command = argv + (both ? 2 : 1);
  if (*command == nullptr) return 64;
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  for (const int call :
       {SCMP_SYS(landlock_create_ruleset), SCMP_SYS(landlock_add_rule), SCMP_SYS(landlock_restrict_self)}) {
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0);
  }
  if (both) {
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0);
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, 22 /* PR_SET_SECCOMP */));
  }
  if (seccomp_load(filter) != 0) return 77;
  execvp(*command, command);
  std::perror(*command);
  return 72;
}
