// What this process says of itself in STAGE and END, for everything that makes a Writer of its own.

#pragma once

#include <string>

#include "libcore/wire/wire.h"

namespace sl {

struct Identity {
  wire::StageInfo stage;
  std::string command;
};
[[nodiscard]] const Identity& identity();
void set_identity(Identity identity);

}  // namespace sl
