// Text on standard output.

#include "libcore/bytes/standard_output.h"

#include <unistd.h>

#include <span>

#include "libcore/bytes/target.h"

namespace sl {

void print(std::string_view text) {
  Target out = Target::descriptor(dup(STDOUT_FILENO), "standard output");
  out.write(std::as_bytes(std::span(text)));
  out.finish();
}

}  // namespace sl
