// The memory file of the slots, and the switch.

#include "libcore/bytes/shared_slots.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "libcore/base/parse.h"

namespace sl::slots {

int make_memory() {
  // A file beyond this limit would raise SIGXFSZ, memory files included.
  rlimit size{};
  if (getrlimit(RLIMIT_FSIZE, &size) != 0 || size.rlim_cur < memory_bytes) return -1;
  constexpr unsigned not_executable = 8;  // MFD_NOEXEC_SEAL, Linux 6.3, missing in Debian 12's header
  int memory = memfd_create("streamlib", MFD_CLOEXEC | MFD_ALLOW_SEALING | not_executable);
  if (memory < 0 && errno == EINVAL) memory = memfd_create("streamlib", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory >= 0 && ftruncate(memory, static_cast<off_t>(memory_bytes)) == 0) return memory;
  if (memory >= 0) close(memory);
  return -1;
}

bool seal(int memory, int seals) { return fcntl(memory, F_ADD_SEALS, seals | F_SEAL_SEAL) == 0; }

Switch from_environment() {
  const char* value = std::getenv("SL_HOPS");
  if (value == nullptr) return {};
  const std::string_view text = value;
  if (text == "off") return {true, {}};
  return {false, to_number<std::uint64_t>(text)};
}

}  // namespace sl::slots
