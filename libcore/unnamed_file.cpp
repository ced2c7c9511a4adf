// Temporary files without a name.

#include "libcore/unnamed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace sl {

int open_unnamed_file(std::string& folder) {
  const char* chosen = std::getenv("TMPDIR");
  folder = chosen != nullptr && *chosen != '\0' ? chosen : "/var/tmp";
  int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // A file system that has no files without a name.
  std::string name = folder + "/streamlib.XXXXXX";
  file = mkostemp(name.data(), O_CLOEXEC);
  if (file >= 0) unlink(name.c_str());
  return file;
}

}  // namespace sl
