// The limit of the address space, and the last words of a library that cannot bear it.

#include "formats/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/stage/identity.h"

namespace sl {

namespace {

std::array<char, 512> last_words{};

void end_here(int /*signal*/) {
  (void)!write(STDERR_FILENO, last_words.data(), std::strlen(last_words.data()));
  _exit(static_cast<int>(Status::Data));
}

}  // namespace

MemoryLimit::MemoryLimit(const std::string& where) {
  const std::string words = identity().stage.tool + ": " + printable(where, 200) +
                            ": its library gave up: damaged data, or more memory than --max-memory\n";
  std::strncpy(last_words.data(), words.c_str(), last_words.size() - 1);
  aborted_ = std::signal(SIGABRT, end_here);
  std::ifstream status("/proc/self/statm");
  std::uint64_t pages = 0;
  status >> pages;
  if (getrlimit(RLIMIT_AS, &before_) != 0) return;
  constexpr std::uint64_t page = 4096, threads = std::uint64_t{1} << 30;  // stacks and arenas are address space too
  const std::uint64_t wanted = (pages != 0 ? pages * page : threads) + limits().memory * 2 + threads;
  rlimit now = before_;
  now.rlim_cur = std::min<rlim_t>(before_.rlim_cur, wanted);
  set_ = setrlimit(RLIMIT_AS, &now) == 0;
}

MemoryLimit::~MemoryLimit() {
  if (set_) setrlimit(RLIMIT_AS, &before_);
  std::signal(SIGABRT, aborted_);
}

}  // namespace sl
