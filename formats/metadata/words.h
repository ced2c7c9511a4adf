// Metadata as words for people instead of JSON.

#pragma once

#include <string>

#include "libcore/base/json_fwd.h"

namespace sl {

// Return a value in words: an array as "a, b, c", an object as "name value, name value", nested ones in parentheses.
// Text from outside is made harmless (`printable`).
[[nodiscard]] std::string in_words(const Json& value);
// Return the member `hdr` of a track in words.
[[nodiscard]] std::string hdr_in_words(const Json& hdr);

}  // namespace sl
