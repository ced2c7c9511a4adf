// The identity of this process in STAGE and END, for every Writer of the process.

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
