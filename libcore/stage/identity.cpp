// The identity of this process.

#include "libcore/stage/identity.h"

#include <utility>

namespace sl {

namespace {

Identity own;

}  // namespace

const Identity& identity() { return own; }

void set_identity(Identity identity) { own = std::move(identity); }

}  // namespace sl
