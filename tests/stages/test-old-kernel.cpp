// test-old-kernel [OPTION] COMMAND...: run a command as on a kernel without Landlock (--seccomp: and without seccomp),
// or on this one, with files that have no hard links (--no-links), cannot be made without a name (--no-unnamed), or
// kill the process that renames them (--killed-renaming).

#include <fcntl.h>
#include <seccomp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <string_view>

int main(int argc, char** argv) {
  const std::string_view option = argc > 1 && argv[1][0] == '-' ? argv[1] : "";
  char** const command = argv + (option.empty() ? 1 : 2);
  if (*command == nullptr) return 64;
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (option.empty() || option == "--seccomp") {
    for (const int call :
         {SCMP_SYS(landlock_create_ruleset), SCMP_SYS(landlock_add_rule), SCMP_SYS(landlock_restrict_self)}) {
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0);
    }
  }
  if (option == "--seccomp") {
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0);
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, 22 /* PR_SET_SECCOMP */));
  }
  if (option == "--no-links") seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(linkat), 0);
  if (option == "--no-unnamed") {
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EOPNOTSUPP), SCMP_SYS(openat), 1,
                     SCMP_A2(SCMP_CMP_MASKED_EQ, O_TMPFILE, O_TMPFILE));
  }
  if (option == "--killed-renaming") seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(renameat), 0);
  if (seccomp_load(filter) != 0) return 77;
  execvp(*command, command);
  std::perror(*command);
  return 72;
}
