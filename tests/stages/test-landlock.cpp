// test-landlock COMMAND...: run a command in a Landlock domain of its own, in which every file can be read.

#include <unistd.h>

#include <cstdio>

#include "libcore/process/sandbox.h"

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  if (!sl::confine_to({"/"})) return 77;
  execvp(argv[1], argv + 1);
  std::perror(argv[1]);
  return 72;
}
